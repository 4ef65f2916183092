MODULES += epp
epp_uses := base

MODULES += dns
dns_uses := base

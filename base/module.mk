MODULES += base
base_uses := 

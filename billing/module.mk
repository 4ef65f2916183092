MODULES += billing
billing_uses := base

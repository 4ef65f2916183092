MODULES += zones
zones_uses := dns base

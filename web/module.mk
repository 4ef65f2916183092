MODULES += web
web_uses := registrar zones billing dns base
PROGRAMS += fourways-web
fourways-web_main := web/main_web.c
# what static.c takes in with .incbin
$(O)/obj/web/static.o: $(wildcard web/static/*)

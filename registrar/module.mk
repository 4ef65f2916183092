MODULES += registrar
registrar_uses := registry zones billing dns base
PROGRAMS += fourways-registrar fourways
fourways-registrar_main := registrar/main_registrar.c
fourways_main := registrar/main_fourways.c

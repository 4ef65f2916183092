MODULES += registry
registry_uses := epp dns base
PROGRAMS += fourways-sandbox
fourways-sandbox_main := registry/main_sandbox.c

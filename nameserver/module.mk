MODULES += nameserver
nameserver_uses := dns base
PROGRAMS += fourways-dns
fourways-dns_main := nameserver/main_dns.c
fourways-dns_lto := yes

/* The handlers of routes.c, by the file that each is in. */
#ifndef FW_WEB_HANDLERS_H
#define FW_WEB_HANDLERS_H

#include "web/request.h"

#define HANDLER(name) enum status name(struct request *r, struct error *e)

/* page_search.c */
HANDLER(page_search);
/* page_login.c */
HANDLER(page_login);
HANDLER(page_login_post);
HANDLER(page_logout_post);
/* page_register.c */
HANDLER(page_register);
HANDLER(page_register_post);
HANDLER(page_register_confirm_post);
/* page_order.c */
HANDLER(page_order);
HANDLER(page_order_live);
/* page_orders.c */
HANDLER(page_orders);
/* page_domains.c */
HANDLER(page_domains);
/* page_domain.c */
HANDLER(page_domain);
HANDLER(page_domain_renew);
HANDLER(page_domain_renew_post);
HANDLER(page_domain_delete);
HANDLER(page_domain_delete_post);
/* page_zones.c */
HANDLER(page_zones);
/* page_zone.c */
HANDLER(page_zone);
HANDLER(page_zone_live);
HANDLER(page_zone_export);
/* page_record.c */
HANDLER(page_record_new);
HANDLER(page_record_new_post);
HANDLER(page_record_edit);
HANDLER(page_record_edit_post);
HANDLER(page_record_delete);
HANDLER(page_record_delete_post);
/* page_account.c */
HANDLER(page_account);

/* api_domains.c */
HANDLER(api_domains);
HANDLER(api_domain);
HANDLER(api_domain_register);
HANDLER(api_domain_renew);
HANDLER(api_domain_delete);
HANDLER(api_availability);
/* api_orders.c */
HANDLER(api_orders);
HANDLER(api_order);
/* api_zones.c */
HANDLER(api_zones);
HANDLER(api_zone);
HANDLER(api_records);
/* api_changes.c */
HANDLER(api_zone_change);
HANDLER(api_change);
/* api_account.c */
HANDLER(api_account);
HANDLER(api_prices);

/* static.c */
HANDLER(static_file);
HANDLER(static_openapi);
/* machine.c */
HANDLER(machine_health);

#endif

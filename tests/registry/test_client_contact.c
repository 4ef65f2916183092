#include "tests/registry/client_fixture.h"

/* Transfers of contacts (RFC 5733 3.2.4) against the sandbox registry, over TLS. */

static enum status message_see(
    void *ctx, const struct registry_work *w, const struct registry_message *m, struct str key, struct error *e)
{
    int *transfers = ctx;
    (void)w, (void)key, (void)e;
    *transfers += m->kind == REGISTRY_MESSAGE_TRANSFER;
    return OK;
}

#define CONTACT_APPROVE                                                                                                \
    "<transfer op=\"approve\"><contact:transfer xmlns:contact=\"urn:ietf:params:xml:ns:contact-1.0\"><contact:id>Ada"  \
    "</contact:id></contact:transfer></transfer>"

START_TEST(a_contact_is_transferred_by_request_and_answer)
{
    struct client rival;
    struct registry_transfer_info t = {0};
    struct registry_transfer in = {.name = STR("Ada"), .authinfo = STR("contact-auth")};
    client_login(&rival, "rival");
    ck_assert_int_eq(contact_create(&rival, "Ada"), 1000);
    cl_fault("drop-after-commit:contact:transfer", 1, 0);
    ck_status(registry_contact_transfer(&cl_w, "order:1:contact", &in, &cl_o, &cl_e), OK);
    ck_assert(cl_o.pending && cl_o.source == OUTCOME_ASKED);
    ck_status(registry_contact_transfer_query(&cl_w, in.name, in.authinfo, &t, &cl_e), OK);
    ck_assert(str_eqz(t.status, "pending") && str_eqz(t.reid, "fourways"));
    in.op = REGISTRY_TRANSFER_APPROVE; /* is not ours to say */
    ck_status(registry_contact_transfer(&cl_w, "order:1:approve", &in, &cl_o, &cl_e), DENIED);
    in.op = REGISTRY_TRANSFER_CANCEL;
    ck_status(registry_contact_transfer(&cl_w, "order:1:cancel", &in, &cl_o, &cl_e), OK);
    ck_status(registry_contact_transfer_query(&cl_w, in.name, in.authinfo, &t, &cl_e), OK);
    ck_assert(str_eqz(t.status, "clientCancelled"));
    int seen = 0;
    const struct poll_handler h = {message_see, &seen};
    size_t n = 0;
    /* what is told of the first is told before the second is asked for */
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    in.op = REGISTRY_TRANSFER_REQUEST;
    ck_status(registry_contact_transfer(&cl_w, "order:2:contact", &in, &cl_o, &cl_e), OK);
    ck_assert(cl_o.pending);
    ck_code(client_command(&rival, CONTACT_APPROVE), 1000);
    ck_status(registry_poll_run(&cl_w, &h, 10, &n, &cl_e), OK);
    ck_assert_int_gt(seen, 0);
    ck_status(registry_contact_transfer(&cl_w, "order:2:contact", &in, &cl_o, &cl_e), OK);
    ck_assert(!cl_o.pending && cl_o.code == 1000 && cl_o.source == OUTCOME_RECORD);
    client_close(&rival);
}
END_TEST

/* A success without the data would else be taken for "there is no such request", and the command sent again. */
START_TEST(an_answer_that_tells_nothing_of_a_transfer_decides_nothing)
{
    struct client rival;
    const struct registry_transfer in = {.name = STR("Ada"), .authinfo = STR("contact-auth")};
    client_login(&rival, "rival");
    ck_assert_int_eq(contact_create(&rival, "Ada"), 1000);
    cl_fault("drop-after-commit:contact:transfer", 1, 0);
    cl_fault("code:contact:transfer", 2, 1000);
    ck_status(registry_contact_transfer(&cl_w, "order:1:contact", &in, &cl_o, &cl_e), UNCERTAIN);
    ck_status(registry_contact_transfer(&cl_w, "order:1:contact", &in, &cl_o, &cl_e), UNAVAILABLE);
    ck_assert_str_eq(cl_e.code, "registry-undecided");
    ck_status(registry_contact_transfer(&cl_w, "order:1:contact", &in, &cl_o, &cl_e), OK);
    ck_assert(cl_o.pending && cl_o.attempt == 1 && cl_o.source == OUTCOME_ASKED);
    client_close(&rival);
}
END_TEST

START_TEST(nor_does_one_about_a_domain)
{
    struct registry_transfer_info t = {0};
    cl_fault("code:domain:transfer", 1, 1000);
    ck_status(registry_transfer_query(&cl_w, STR("a.test"), STR_NULL, &t, &cl_e), PROTOCOL);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("client_contact");
    TCase *c = tcase_create("client_contact");
    tcase_add_checked_fixture(c, cl_setup, cl_teardown);
    tcase_set_timeout(c, 90);
    tcase_add_test(c, a_contact_is_transferred_by_request_and_answer);
    tcase_add_test(c, an_answer_that_tells_nothing_of_a_transfer_decides_nothing);
    tcase_add_test(c, nor_does_one_about_a_domain);
    suite_add_tcase(s, c);
    return suite_run(s);
}

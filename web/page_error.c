#include "web/page.h"

/* What a person can do about it, by status. */
static const struct {
    int status;
    const char *heading;
    const char *advice;
} pages[] = {
    {400, "That did not work", "Please go back, look at what was entered, and try again."},
    {402, "Your balance does not cover this", "Nothing was ordered. Your account page shows what is available."},
    {403, "That is not possible", "Please go back, load the page again, and repeat what you did."},
    {404, "Not found", "It may have gone, or belong to another account. If you typed the address, please check it."},
    {405, "This address does not work that way", "Please start again from the first page."},
    {409, "Something has changed meanwhile", "Load the page again to see how things stand now, and then decide."},
    {413, "That was too much", "What was sent is larger than we can take. Please send less."},
    {414, "That address is too long", "Please start again from the first page."},
    {415, "That came in a form we do not know", "Please use the form on the page."},
    {500, "Something went wrong on our side", "It is not your fault. Your domains and their records are not affected."},
    {503, "Not available just now", "Please try again in a moment. Your domains answer as before."},
    {504, "We do not know whether that was done", "Please look before you repeat it."},
};

static size_t page_index(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        if (pages[i].status == status)
            return i;
    return page_index(status >= 500 ? 500 : 400);
}

void page_error(struct request *r, const struct problem *p)
{
    struct html *h = &r->html;
    size_t i = page_index(p->http);
    buf_reset(&r->reply->body);
    page_begin(r, &(struct page){.title = pages[i].heading, .status = p->http});
    html_put(h, "<h1>{}</h1>\n<p class=\"lead\">{}</p>\n<p>{}</p>\n", str_of(pages[i].heading), str_of(p->detail),
        str_of(pages[i].advice));
    html_put(h,
        "<p><a class=\"button second\" href=\"/\">To the first page</a></p>\n<p class=\"quiet\">Status {} {}, code "
        "{}</p>\n",
        text_int(r->arena, p->http), str_of(p->title), str_of(p->code));
    (void)page_end(r);
}

#include "registry/sandbox_idn.h"

#include "dns/idna.h"
#include "epp/idn.h"
#include "epp/verisign.h"

enum status sandbox_idn_create(struct sandbox_call *c, struct str name, struct error *e)
{
    const struct epp_idn *idn = epp_ext_find(&c->cmd->ext, &epp_idn_data);
    bool said = idn != NULL || epp_ext_find(&c->cmd->ext, &epp_idn_lang_tag) != NULL;
    bool offered = sandbox_services_have(c->sb->offered, STR(EPP_IDN_NS)) ||
                   sandbox_services_have(c->sb->offered, STR(EPP_IDN_LANG_NS));
    bool wanted = str_starts(name, STR("xn--"));
    if (wanted && offered && !said)
        return sandbox_refuse(c, e, EPP_MISSING, "name", name, "say the table or language of this name");
    if (said && !wanted)
        return sandbox_refuse(c, e, EPP_POLICY, "name", name, "this name has no use for a table or language");
    struct str ascii;
    struct error why;
    if (idn == NULL || str_empty(idn->uname))
        return OK;
    if (idna_to_ascii(c->arena, idn->uname, &ascii, &why) == OK && str_eq(ascii, name))
        return OK;
    return sandbox_refuse(c, e, EPP_POLICY, "name", name, "its uname is another name");
}

/* The table of a profile's keys, and a profile as its file has it. Private to the profile files. */
#ifndef FW_REGISTRY_PROFILE_KEYS_H
#define FW_REGISTRY_PROFILE_KEYS_H

#include "registry/profile.h"

/* The lines that hold more than one value are still text. */
struct profile_file {
    struct registry_profile p;
    struct conf_list roles, statuses, codes, messages, tlds;
    struct str needs;
};

extern const struct conf_item profile_items[];
extern const size_t profile_items_n;

/* A file being read. */
struct profile_reader {
    struct key_file keys;
    struct profile_file *file;
};
/* What the table cannot check; fills in roles, statuses, codes, TLDs. profile_check.c */
enum status profile_check(struct profile_reader *r) FW_MUST_CHECK;
/* Fills in messages. profile_message.c */
enum status profile_messages_read(struct profile_reader *r) FW_MUST_CHECK;

#endif

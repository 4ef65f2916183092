/* A TCP relay to 127.0.0.1:PORT that cuts a connection after a chosen number of bytes, in a thread.
 *
 * It counts the bytes of both directions from the moment it was armed; when the armed direction has passed its
 * count, both sides are reset. Not armed, it only passes bytes on. What was passed before the cut has
 * been given to the other side's kernel. */
#ifndef FW_TESTS_SUPPORT_CUT_RELAY_H
#define FW_TESTS_SUPPORT_CUT_RELAY_H

#include "base/compiler.h"

struct cut_relay;
enum cut_direction { CUT_UP, CUT_DOWN }; /* up: client to server */

struct cut_relay *cut_relay_start(unsigned port);
void cut_relay_stop(struct cut_relay **r);
unsigned cut_relay_port(const struct cut_relay *r);
/* Whereto from the next connection on. */
void cut_relay_target(struct cut_relay *r, unsigned port);
/* Passes n more bytes in that direction, on connections that stand or come, then cuts that connection; once. */
void cut_relay_arm(struct cut_relay *r, enum cut_direction d, size_t n);
void cut_relay_disarm(struct cut_relay *r);
bool cut_relay_fired(struct cut_relay *r);
/* Bytes passed in that direction since the relay was started. */
size_t cut_relay_passed(struct cut_relay *r, enum cut_direction d);
/* Connections taken so far. */
unsigned cut_relay_connections(struct cut_relay *r);
/* No new connections: they are closed at once, until set back. */
void cut_relay_refuse(struct cut_relay *r, bool refuse);

#endif

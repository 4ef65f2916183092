/* Included in front of every file (-include): functions that have no limit, no error or
 * hidden state are compile errors here. Use str.h, buf.h, and the strto*-based str_to_*. */
#ifndef FW_BASE_BANNED_H
#define FW_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define FW_BANNED(f) sorry_##f##_is_a_banned_function

#undef strcpy
#define strcpy(x, y) FW_BANNED(strcpy)
#undef strcat
#define strcat(x, y) FW_BANNED(strcat)
#undef strncpy
#define strncpy(x, y, n) FW_BANNED(strncpy)
#undef strncat
#define strncat(x, y, n) FW_BANNED(strncat)
#undef strtok
#define strtok(x, y) FW_BANNED(strtok)
#undef sprintf
#define sprintf(...) FW_BANNED(sprintf)
#undef vsprintf
#define vsprintf(...) FW_BANNED(vsprintf)
#undef gets
#define gets(x) FW_BANNED(gets)
#undef atoi
#define atoi(x) FW_BANNED(atoi)
#undef atol
#define atol(x) FW_BANNED(atol)
#undef atof
#define atof(x) FW_BANNED(atof)
#undef gmtime
#define gmtime(x) FW_BANNED(gmtime)
#undef localtime
#define localtime(x) FW_BANNED(localtime)
#undef ctime
#define ctime(x) FW_BANNED(ctime)
#undef asctime
#define asctime(x) FW_BANNED(asctime)
#undef rand
#define rand() FW_BANNED(rand)
#undef system
#define system(x) FW_BANNED(system)

#endif

/* A private MariaDB for one test program, if the runner has not started one for all. */
#ifndef FW_TESTS_SUPPORT_TESTSERVER_H
#define FW_TESTS_SUPPORT_TESTSERVER_H

/* The socket of the server to use. Starts one on the first call where $FOURWAYS_TEST_DB_SOCKET is
 * not set; it ends when the program exits or is killed. */
const char *testserver_socket(void);

#endif

// Writes a line into the server's log. ereport is a macro, and its functions take any number of arguments, so that this
// is C.
#include "postgres.h"

void k8s_fdw_log(const char *message);

void k8s_fdw_log(const char *message) {
  // The statement and its context may hold what is written into a Secret.
  ereport(LOG_SERVER_ONLY, (errmsg_internal("%s", message), errhidestmt(true), errhidecontext(true)));
}

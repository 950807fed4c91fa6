// Calls a function several times a second, by Postgres' own timers. The number of a timer differs from one major
// version to the next, so that this is C.
#include "postgres.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

void k8s_fdw_start_ticks(void (*tick)(void), int milliseconds);
void k8s_fdw_stop_ticks(void);

static int timer = -1;

void k8s_fdw_start_ticks(void (*tick)(void), int milliseconds) {
  if (timer < 0)
    timer = RegisterTimeout(USER_TIMEOUT, tick);
  enable_timeout_every(timer, GetCurrentTimestamp() + milliseconds * INT64CONST(1000), milliseconds);
}

void k8s_fdw_stop_ticks(void) {
  if (timer >= 0)
    disable_timeout(timer, false);
}

/* Local time of the C library: with all forms of TZ and /etc/localtime, rules too. */
#include "core.h"

#include <time.h>

double core_boot_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

long core_utc_offset(int64_t seconds) {
  const time_t moment = (time_t)seconds;
  struct tm local;
  return localtime_r(&moment, &local) ? local.tm_gmtoff : 0;
}

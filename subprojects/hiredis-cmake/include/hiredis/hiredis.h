// Where the header is once hiredis is installed; in its sources it lies at the top.
#include <hiredis.h>

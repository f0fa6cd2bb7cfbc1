#pragma once
#include "crc32c.h"
#include "outerloop.pb-c.h"

#pragma once
#include <errno.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <zmq.h>

// Bytes that came over a TCP connection since it began, or -1 of anything else. The C library's idea of
// TCP_INFO ends before that number, which Linux has had since version 4.1, 128 bytes in.
static inline long long ol_tcp_bytes_received(int descriptor) {
  struct {
    unsigned char before[128];
    unsigned long long received;
  } info;
  const int tcp_info = 11;
  socklen_t size = sizeof info;
  if (getsockopt(descriptor, IPPROTO_TCP, tcp_info, &info, &size) != 0) return -1;
  return size == sizeof info ? (long long)info.received : -1;
}

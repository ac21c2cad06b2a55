// What the server can do at most: a client that parses nothing.
//
//     flood PORT REQUESTS CONNECTIONS ANSWER_BYTES
//
// Each connection sends a request, counts the bytes of the answer, and sends the next one.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static const char request[] =
    "GET /na1/lol/match/v5/matches/NA1_1 HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: riftsync\r\n"
    "X-Riot-Token: RGAPI-benchmark\r\nAccept-Encoding: gzip\r\nAccept: application/json\r\n\r\n";

int main(int count, char **arguments) {
    if (count != 5) return 64;
    long requests = atol(arguments[2]), connections = atol(arguments[3]), size = atol(arguments[4]);
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((unsigned short)atoi(arguments[1])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    static char buffer[1 << 16];
    long left[1024] = {0}, begun = 0, done = 0;
    int poller = epoll_create1(0);
    for (long i = 0; i < connections; i++) {
        int descriptor = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
        if (descriptor >= 1024 || connect(descriptor, (struct sockaddr *)&address, sizeof address)) return 69;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
        epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
        left[descriptor] = size;
        begun++;
        if (send(descriptor, request, sizeof request - 1, 0) < 0) return 69;
    }
    while (done < requests) {
        struct epoll_event events[64];
        int ready = epoll_wait(poller, events, 64, -1);
        for (int i = 0; i < ready; i++) {
            int descriptor = events[i].data.fd;
            ssize_t received = recv(descriptor, buffer, sizeof buffer, 0);
            if (received <= 0) return 69;
            left[descriptor] -= received;
            if (left[descriptor] > 0) continue;
            done++;
            if (begun++ >= requests) continue;
            left[descriptor] = size;
            if (send(descriptor, request, sizeof request - 1, 0) < 0) return 69;
        }
    }
    return 0;
}

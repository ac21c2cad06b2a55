// A server for the transport benchmark: one thread, one answer, connections kept open.
//
//     server BODY
//
// Prints its port on the loopback interface. Every request gets the file BODY as a gzip body in one chunk, with headers
// like those of Riot's edge. It ends when its standard input does, and then prints the CPU seconds it has used.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LARGEST_BODY = 1 << 20, EVENTS = 64, DESCRIPTORS = 1024 };

static char answer[LARGEST_BODY + 1024];
static size_t answer_length;
// How many bytes of "\r\n\r\n" the request has ended with so far, per connection.
static unsigned char matched[DESCRIPTORS];

static void fail(const char *what) {
    perror(what);
    exit(70);
}

static void make_answer(const char *path) {
    static char body[LARGEST_BODY];
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    size_t length = fread(body, 1, sizeof body, file);
    fclose(file);
    int head = snprintf(
        answer, sizeof answer,
        "HTTP/1.1 200 OK\r\nDate: Wed, 21 Oct 2026 07:28:00 GMT\r\nContent-Type: application/json;charset=utf-8\r\n"
        "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\nX-App-Rate-Limit: 500:10,30000:600\r\n"
        "X-App-Rate-Limit-Count: 1:10,1:600\r\nX-Method-Rate-Limit: 2000:10\r\nX-Method-Rate-Limit-Count: 1:10\r\n"
        "X-Riot-Edge-Trace-Id: 00000000-0000-0000-0000-000000000000\r\nVary: Accept-Encoding\r\n"
        "Content-Encoding: gzip\r\n\r\n%zx\r\n",
        length);
    memcpy(answer + head, body, length);
    memcpy(answer + head + length, "\r\n0\r\n\r\n", 7);
    answer_length = (size_t)head + length + 7;
}

static void send_answer(int descriptor) {
    size_t sent = 0;
    while (sent < answer_length) {
        ssize_t count = send(descriptor, answer + sent, answer_length - sent, MSG_NOSIGNAL);
        if (count < 0) {
            if (errno == EINTR) continue;
            return;  // the client went away; the next read says so
        }
        sent += (size_t)count;
    }
}

/// False when the connection is over.
static int serve(int descriptor) {
    char buffer[4096];
    ssize_t count = recv(descriptor, buffer, sizeof buffer, 0);
    if (count <= 0) return 0;
    for (ssize_t i = 0; i < count; i++) {
        unsigned char *state = &matched[descriptor];
        if (buffer[i] == "\r\n\r\n"[*state]) {
            if (++*state == 4) {
                *state = 0;
                send_answer(descriptor);
            }
        } else {
            *state = buffer[i] == '\r';
        }
    }
    return 1;
}

int main(int count, char **arguments) {
    if (count != 2) return 64;
    make_answer(arguments[1]);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) || listen(listener, 128)) fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length)) fail("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int poller = epoll_create1(0);
    for (int i = 0; i < 2; i++) {
        int descriptor = i ? listener : STDIN_FILENO;
        struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event)) fail("epoll_ctl");
    }
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            int descriptor = events[i].data.fd;
            if (descriptor == STDIN_FILENO) {
                struct rusage usage;
                getrusage(RUSAGE_SELF, &usage);
                printf("%f\n", (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
                                   + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
                return 0;
            }
            if (descriptor == listener) {
                int accepted = accept(listener, 0, 0);
                if (accepted < 0) continue;
                if (accepted >= DESCRIPTORS) {
                    close(accepted);
                    continue;
                }
                int yes = 1;
                setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
                matched[accepted] = 0;
                struct epoll_event event = {.events = EPOLLIN, .data.fd = accepted};
                if (epoll_ctl(poller, EPOLL_CTL_ADD, accepted, &event)) fail("epoll_ctl");
            } else if (!serve(descriptor)) {
                close(descriptor);
            }
        }
    }
}

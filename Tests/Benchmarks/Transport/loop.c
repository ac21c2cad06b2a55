// The plain libcurl loop that the engine is measured against: curl_multi_perform and curl_multi_poll, easy handles that
// are used again, the same headers, no decoding, every body collected.
//
//     loop URL REQUESTS CONNECTIONS
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct transfer {
    char *body;
    size_t length, capacity;
};

static size_t receive(char *bytes, size_t size, size_t count, void *context) {
    struct transfer *transfer = context;
    size_t length = size * count;
    if (transfer->length + length > transfer->capacity) {
        size_t capacity = (transfer->length + length) * 2;
        char *body = realloc(transfer->body, capacity);
        if (!body) return 0;
        transfer->body = body;
        transfer->capacity = capacity;
    }
    memcpy(transfer->body + transfer->length, bytes, length);
    transfer->length += length;
    return length;
}

static void start(CURLM *multi, CURL *easy, struct transfer *transfer, const char *url, struct curl_slist *headers) {
    transfer->body = 0;
    transfer->length = transfer->capacity = 0;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "riftsync");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 10000L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 3000L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_multi_add_handle(multi, easy);
}

int main(int count, char **arguments) {
    if (count != 4) return 64;
    const char *url = arguments[1];
    long requests = atol(arguments[2]), connections = atol(arguments[3]);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections);
    struct curl_slist *headers = curl_slist_append(0, "X-Riot-Token: RGAPI-benchmark");
    headers = curl_slist_append(headers, "Accept-Encoding: gzip");
    headers = curl_slist_append(headers, "Accept: application/json");
    struct transfer *transfers = calloc((size_t)connections, sizeof *transfers);
    long begun = 0, done = 0, failed = 0;
    for (; begun < connections && begun < requests; begun++)
        start(multi, curl_easy_init(), &transfers[begun], url, headers);
    while (done < requests) {
        int running, left;
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        while ((message = curl_multi_info_read(multi, &left))) {
            CURL *easy = message->easy_handle;
            struct transfer *transfer;
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            if (message->data.result != CURLE_OK || status != 200 || !transfer->length) failed++;
            curl_multi_remove_handle(multi, easy);
            free(transfer->body);
            done++;
            if (begun < requests) {
                begun++;
                start(multi, easy, transfer, url, headers);
            } else {
                curl_easy_cleanup(easy);
            }
        }
        if (done < requests) curl_multi_poll(multi, 0, 0, 1000, 0);
    }
    curl_multi_cleanup(multi);
    if (failed) fprintf(stderr, "%ld requests failed\n", failed);
    return failed ? 70 : 0;
}

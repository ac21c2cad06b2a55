// What storing must cost at least: the same bodies into the same rows, with nothing else around it.
//
//     plain DATABASE-URL DIRECTORY BODIES-PER-TRANSACTION
//
// DIRECTORY holds matches/ID.json.gz and timelines/ID.json.gz; the database has the project's schema and none of them.
// Whatever does not fit ends the program. Prints how many bodies it stored in how many seconds, and the CPU of its parts.

#include <libdeflate.h>
#include <time.h>

#include <chrono>
#include <clocale>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "database.hpp"
#include "match_rows.hpp"
#include "timeline_rows.hpp"

namespace {

double cpu_seconds() {
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
}

class Loader {
public:
    int stored = 0;
    double decoding = 0, writing = 0;

    Loader(const std::string &url, std::string directory)
        : directory(std::move(directory)), database(url), schema(database.schema()), matches(schema),
          timelines(schema), inflater(libdeflate_alloc_decompressor()) {}

    /// Stores the bodies of one kind of these matches, as far as they are there, in one transaction.
    template <typename Rows> void store(const std::vector<std::string> &ids, const char *kind, Rows &rows) {
        std::vector<BodyText> bodies;
        for (const auto &id : ids) {
            std::string path = directory + "/" + kind + (kind[0] == 'm' ? "es/" : "s/") + id + ".json.gz";
            std::ifstream file(path, std::ios::binary);
            if (!file) { continue; }
            BodyText &body = bodies.emplace_back(BodyText{.riot_id = id, .gzip = ""});
            body.gzip.resize(std::filesystem::file_size(path));
            file.read(body.gzip.data(), std::streamsize(body.gzip.size()));
        }
        if (bodies.empty()) { return; }
        double start = cpu_seconds();
        database.run("BEGIN");
        database.number(bodies);
        double begun = cpu_seconds();
        players.clear();
        rows.begin(players);
        for (auto &body : bodies) {
            inflate(body);
            ondemand::document document = parser.iterate(
                body.json.get(), body.json_length, body.json_length + simdjson::SIMDJSON_PADDING);
            rows.add(document, body);
        }
        double decoded = cpu_seconds();
        if (!players.all.empty()) { database.number(players); }
        players.settle();
        for (Target *target : rows.targets()) { database.copy(*target); }
        database.keep(bodies, kind);
        database.run("COMMIT");
        stored += int(bodies.size());
        decoding += decoded - begun;
        writing += cpu_seconds() - decoded + begun - start;
    }

    void store(const std::vector<std::string> &ids) {
        store(ids, "match", matches);
        store(ids, "timeline", timelines);
    }

private:
    std::string directory;
    Database database;
    Schema schema;
    MatchRows matches;
    TimelineRows timelines;
    libdeflate_decompressor *inflater;
    ondemand::parser parser;
    Players players;

    void inflate(BodyText &body) {
        uint32_t length;  // gzip ends with it, in the order of this machine
        std::memcpy(&length, body.gzip.data() + body.gzip.size() - 4, 4);
        body.json.reset(new char[length + simdjson::SIMDJSON_PADDING]);
        auto result = libdeflate_gzip_decompress(
            inflater, body.gzip.data(), body.gzip.size(), body.json.get(), length, &body.json_length);
        if (result != LIBDEFLATE_SUCCESS) { refuse(body.riot_id + " is no gzip"); }
        std::memset(body.json.get() + length, 0, simdjson::SIMDJSON_PADDING);
    }
};

}  // namespace

int main(int count, char **arguments) try {
    if (count != 4 || std::atoi(arguments[3]) < 1) { refuse("usage: plain DATABASE-URL DIRECTORY BODIES-PER-TRANSACTION"); }
    std::setlocale(LC_ALL, "C.UTF-8");
    std::set<std::string> ids;
    for (auto folder : {"/matches", "/timelines"}) {
        for (const auto &file : std::filesystem::directory_iterator(arguments[2] + std::string(folder))) {
            std::string name = file.path().filename();
            ids.insert(name.substr(0, name.find('.')));
        }
    }
    Loader loader(arguments[1], arguments[2]);
    auto began = std::chrono::steady_clock::now();
    std::vector<std::string> batch;
    for (const auto &id : ids) {
        batch.push_back(id);
        if (batch.size() == size_t(std::atoi(arguments[3])) || id == *ids.rbegin()) {
            loader.store(batch);
            batch.clear();
        }
    }
    std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    std::printf("{\"bodies\": %d, \"seconds\": %.3f, \"decoding\": %.4f, \"writing\": %.4f}\n", loader.stored,
                seconds.count(), loader.decoding, loader.writing);
} catch (const std::exception &error) {
    std::fprintf(stderr, "plain: %s\n", error.what());
    return 1;
}

"""The bodies that the benchmarks of storage load: recorded ones, as often as is needed, or simulated ones."""

import gzip
import json
import os
import pathlib
import subprocess

FOLDERS = ("matches", "timelines")
LEVEL = 9  # of zlib, which makes of every recorded text as many bytes as Riot sent


def samples():
    """The folder of recorded bodies, RIFTSYNC_SAMPLES or one beside the project; None when they are not here."""
    beside = pathlib.Path(__file__).resolve().parents[4] / "shared/riot/samples"
    for folder in (os.environ.get("RIFTSYNC_SAMPLES"), beside):
        if folder and os.path.isdir(f"{folder}/matches"):
            return str(folder)
    return None


def complete(folder):
    """Ids of the matches whose timeline is there, too."""
    both = [{name.split(".")[0] for name in os.listdir(f"{folder}/{kind}")} for kind in FOLDERS]
    return sorted(both[0] & both[1])


class Corpus:
    """Matches with their timelines under ids of their own, with players of their own."""

    def __init__(self, program, count):
        self.folder = samples()
        self.program, self.count = program, count
        self.written = 0
        if self.folder:
            self.texts = [(id, *(self.read(kind, id) for kind in FOLDERS)) for id in complete(self.folder)]
            self.source = f"{len(self.texts)} recorded matches with their timelines, each under many ids"
        else:
            self.source = "simulated matches, because recorded ones are not here (RIFTSYNC_SAMPLES)"

    def read(self, kind, id):
        with gzip.open(f"{self.folder}/{kind}/{id}.json.gz") as file:
            return file.read()

    def write(self, directory, count):
        """Writes the next `count` matches to a new directory."""
        for kind in FOLDERS:
            os.makedirs(f"{directory}/{kind}")
        if self.folder:
            for number in range(self.written, self.written + count):
                self.write_copy(directory, number)
        else:
            self.link_simulated(directory, count)
        self.written += count

    def write_copy(self, directory, number):
        id, *texts = self.texts[number % len(self.texts)]
        fresh = f"{id.split('_')[0]}_{9_000_000_000 + number}"
        puuids = {puuid for text in texts for puuid in json.loads(text)["metadata"]["participants"]} - {"BOT"}
        for kind, text in zip(FOLDERS, texts):
            text = text.replace(f'"{id}"'.encode(), f'"{fresh}"'.encode())
            for puuid in puuids:
                text = text.replace(puuid.encode(), (puuid[:-8] + f"{number:08}").encode())
            with open(f"{directory}/{kind}/{fresh}.json.gz", "wb") as file:
                file.write(gzip.compress(text, LEVEL, mtime=0))

    def link_simulated(self, directory, count):
        pool = f"{directory}/../simulated"
        if not os.path.isdir(pool):
            subprocess.run([self.program, "simulate", pool, str(self.count)], check=True)
        for kind in FOLDERS:
            names = sorted(os.listdir(f"{pool}/{kind}"))[self.written : self.written + count]
            for name in names:
                os.link(f"{pool}/{kind}/{name}", f"{directory}/{kind}/{name}")

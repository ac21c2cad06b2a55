"""What recorded match and timeline bodies hold, counted and summed without any code of this package.

Usage: sums.py DIR, where DIR has matches/ID.json.gz and timelines/ID.json.gz. Prints one JSON object.
Numbers are summed, texts count their characters, booleans count when true; `n` counts what is there at all.
"""

import gzip
import json
import os
import sys
from collections import defaultdict


def bodies(folder):
    for name in sorted(os.listdir(folder)):
        with gzip.open(os.path.join(folder, name)) as file:
            yield name.removesuffix(".json.gz"), json.load(file)


def weight(value):
    if isinstance(value, bool):
        return 1 if value else 0
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        return len(value)
    return 0


class Sums:
    """Sums by name, with the number of values that went into each."""

    def __init__(self):
        self.sums = defaultdict(lambda: [0, 0])

    def add(self, values, skip=()):
        for name, value in values.items():
            if name not in skip and not isinstance(value, (dict, list)):
                self.sums[name][0] += 1
                self.sums[name][1] += weight(value)

    def result(self):
        return {name: {"n": n, "sum": total} for name, (n, total) in sorted(self.sums.items())}


def match_sums(folder):
    participants, teams, perks, challenges = Sums(), Sums(), Sums(), Sums()
    result = {}
    for match_id, body in bodies(folder):
        info = body["info"]
        players = info["participants"]
        for player in players:
            participants.add(player)
            participants.add(player.get("PlayerBehavior", {}))
            challenges.add(player.get("challenges", {}))
            perks.add(player["perks"]["statPerks"])
            for style in player["perks"]["styles"]:
                perks.add({style["description"]: style["style"]})
                for selection in style["selections"]:
                    perks.add(selection)
        for team in info["teams"]:
            teams.add(team)
            for name, objective in team["objectives"].items():
                teams.add({name + " kills": objective["kills"], name + " first": objective["first"]})
            for name, feat in team.get("feats", {}).items():
                teams.add({name: feat["featState"]})
            for ban in team["bans"]:
                teams.add({"bans": ban["championId"]})
        result[match_id] = {
            "participants": len(players),
            "bots": sum(player["puuid"] == "BOT" for player in players),
            "listed": len(body["metadata"]["participants"]),
            "teams": len(info["teams"]),
            "gold": sum(player["goldEarned"] for player in players),
            "kills": sum(player["kills"] for player in players),
            "damage": sum(player["totalDamageDealtToChampions"] for player in players),
            "experience": sum(player["champExperience"] for player in players),
            "started": info["gameStartTimestamp"] or info["gameCreation"] or info["gameEndTimestamp"],
        }
    groups = {"participants": participants, "teams": teams, "perks": perks, "challenges": challenges}
    return {"each": result, **{name: sums.result() for name, sums in groups.items()}}


def timeline_sums(folder):
    frames, events, damage = Sums(), Sums(), Sums()
    result = {}
    for match_id, body in bodies(folder):
        types, last, rows = defaultdict(int), {}, 0
        for frame in body["info"]["frames"]:
            for figures in (frame["participantFrames"] or {}).values():
                rows += 1
                last[figures["participantId"]] = figures
                frames.add(figures)
                for part in ("championStats", "damageStats", "position"):
                    frames.add(figures[part])
            for event in frame["events"]:
                types[event["type"]] += 1
                events.add(event, skip=("type",))
                events.add(event.get("position", {}))
                for helper in event.get("assistingParticipantIds", []):
                    events.add({"assists": helper})
                for name in ("Received", "Dealt"):
                    for entry in event.get("victimDamage" + name, []) + event.get("victimTeamfightDamage" + name, []):
                        damage.add(entry)
        result[match_id] = {
            "frames": len(body["info"]["frames"]),
            "participant frames": rows,
            "gold": sum(figures["totalGold"] for figures in last.values()),
            "experience": sum(figures["xp"] for figures in last.values()),
            "events": dict(types),
        }
    return {"each": result, "frames": frames.result(), "events": events.result(), "damage": damage.result()}


if __name__ == "__main__":
    root = sys.argv[1]
    print(
        json.dumps(
            {
                "matches": match_sums(os.path.join(root, "matches")),
                "timelines": timeline_sums(os.path.join(root, "timelines")),
            }
        )
    )

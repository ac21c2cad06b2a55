// The members of a timeline's objects that are no columns.
#pragma once

enum TimelineMember {
    frames_member = -20, participants_member, participant_id, position, champion_stats, damage_stats, type,
    assist_ids,
    first_list,  // and the three other kinds of damage recaps
};

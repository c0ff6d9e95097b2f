/* Payloads beside the slots: claims that skip the region's end and end shorter than they were made,
 * several of them published at once, a take-over after a death at any step, a consumer that joins at
 * the latest or at the oldest message, and an observer.
 *
 * The labels are those of docs/memory-model.md. A unit of the region is one line. Positions begin at
 * R and sequences at C + 1, so that what is one lap before the first is no negative number. The
 * limits' stores are delayed until the producer's next store or the joiner's fence; what else the
 * producer stores becomes visible in its order. What can be chosen:
 *   N, C, R         messages, slots, lines of the region
 *   MOST            lines of the longest message, at most R / 2
 *   BATCH           most claims that are published at once, less than C
 *   TERMS           producers one after another; all but the last may be killed before each step
 *   FIRST, JOINER, OBSERVER   who reads, beside the producer
 *   EVICTS          the producer goes on without the first consumer at any time that it has no room
 *   HELD            so many times the first consumer may be killed before any step; its successor
 *                   goes on at the commit
 * A message of no lines lies in its slot.
 * Each of these breaks it: FLOOR_AT_END_OF_GATE, SLOTS_ARE_NOT_ASKED, OLDEST_BY_SLOTS_ALONE,
 * LIMIT_AFTER_WRITING, LIMIT_GOES_BACK, JUDGES_BY_CLAIMED_ALONE, MOST beyond R / 2, ALL_SLOTS,
 * NO_J3, NO_SECOND_LOOK, SUCCESSOR_SKIPS_A_LAP, OBSERVER_LOOKS_FIRST, COMMITS_UNSEEN, HELD_LETS_GO.
 */
#ifndef N
#define N 4
#endif
#ifndef C
#define C 2
#endif
#ifndef R
#define R 4
#endif
#ifndef MOST
#define MOST 2
#endif
#ifndef BATCH
#define BATCH 1
#endif
#ifndef TERMS
#define TERMS 1
#endif

#define NOTHING C
#define LAST (NOTHING + N)
#define HALF (R / 2)
#define least(a, b) ((a) < (b) -> (a) : (b))
#define most(a, b) ((a) > (b) -> (a) : (b))
/* What each line of a message holds: which message, and which producer wrote it. */
#define lineOf(s, term) ((s) * 4 + (term) + 1)

/* In shared memory. */
typedef Slot {
  byte stamp, position, size, inside
}
Slot slot[C];
byte region[R];
byte cursor = NOTHING, claimed = NOTHING, limit = NOTHING, payloadLimit = R;
byte committed[2] = NOTHING;
bool gates[2];
byte members;

/* The producer's store buffer, for the two limits. */
bool isDelayed;
byte delayedLimit, delayedPayload;

/* What is true: the last message published, and the contents of each. */
byte published = NOTHING;
byte contents[N + 1];
bool kill, killReader;

inline storesAppear() {
  d_step {
    if
    :: isDelayed ->
       limit = most(limit, delayedLimit);
#if defined(LIMIT_GOES_BACK)
       payloadLimit = delayedPayload;
#elif !defined(LIMIT_AFTER_WRITING)
       payloadLimit = most(payloadLimit, delayedPayload);
#endif
       isDelayed = false; delayedLimit = 0; delayedPayload = 0
    :: else
    fi
  }
}

/* One look at the gate, for the next slot and for payload up to `end`. */
inline look() {
  atomic {                                                                               /* C1 */
    seen = members;
    gate = own;
    seenFirst = committed[0];
    seenSecond = committed[1];
    if :: gates[0] -> gate = least(gate, seenFirst) :: else fi;
    if :: gates[1] -> gate = least(gate, seenSecond) :: else fi
  };
  floor = 0;
  if
  :: gate == own -> floor = publishedEnd
#ifdef SLOTS_ARE_NOT_ASKED
  :: gate < own -> floor = slot[(gate + 1) % C].position
#else
  :: gate < own && gate + C >= claim + 1 ->
#ifdef FLOOR_AT_END_OF_GATE
     floor = (gate == NOTHING -> R : slot[gate % C].position + slot[gate % C].size)
#else
     floor = slot[(gate + 1) % C].position
#endif
  :: gate < own && gate + C < claim + 1 -> skip /* of a joiner: a later message may lie there */
#endif
  fi;
  hasRoom = floor > 0 && end <= floor + R;
#ifdef SLOTS_ARE_NOT_ASKED
  hasRoom = hasRoom && (gate + C >= claim + 1 || claim + 1 <= granted);
#else
  hasRoom = hasRoom && gate + C >= claim + 1;
#endif
  if
  :: hasRoom ->
     if
     :: delayedLimit = claim + 1
     :: delayedLimit = most(claim + 1, least(gate + C, LAST))
     fi;
     if
     :: delayedPayload = end
     :: delayedPayload = floor + R
     fi;
     atomic {
       granted = delayedLimit;
       grantedPayload = delayedPayload;
       isDelayed = true                                                                  /* C2 */
     };
#ifndef NO_SECOND_LOOK
     if
     :: members != seen -> granted = own; grantedPayload = publishedEnd                  /* C4 */
     :: else
     fi
#endif
  :: else ->
     if
     :: members != seen || committed[0] != seenFirst || committed[1] != seenSecond
#ifdef EVICTS
     :: atomic { gates[0]; gates[0] = false; members++ }                                 /* L1 */
#endif
     fi
  fi;
  atomic {
    hasRoom = false; floor = 0; gate = 0; seen = 0; seenFirst = 0; seenSecond = 0
  }
}

proctype Producer() {
  byte term, own, claim, wanted, sum;
  byte position, publishedEnd, begin, end, lines, size, k;
  byte granted, grantedPayload, gate, floor, seen, seenFirst, seenSecond;
  bool hasRoom;
begins:
  {
    own = cursor;                                                                        /* T1 */
    do
    :: own < claimed && slot[(own + 1) % C].stamp == own + 1 -> own++                    /* T1 */
    :: else -> break
    od;
    assert(own == published);
    if
    :: own == NOTHING -> position = R
#ifdef SUCCESSOR_SKIPS_A_LAP
    :: else -> position = (payloadLimit / R + 1) * R
#else
    :: else -> position = slot[own % C].position + slot[own % C].size
#endif
    fi;
    assert(position <= payloadLimit && payloadLimit <= position + R);
    atomic {
      granted = own; claim = own;
      publishedEnd = position; grantedPayload = position
    };
    do
    :: own < LAST ->
       cursor = own;                                                                     /* P1 */
#ifdef ALL_SLOTS
       select(wanted : 1 .. least(BATCH, LAST - own));
#else
       select(wanted : 1 .. least(least(BATCH, C - 1), LAST - own));
#endif
       do
       :: wanted > 0 ->
#if MOST > HALF
          select(lines : 0 .. MOST);
#else
          select(lines : 0 .. least(MOST, HALF - sum));
#endif
          begin = (lines > 0 && position % R + lines > R -> position + (R - position % R)
                                                         : position);
          end = begin + lines;
          do
          :: claim + 1 > granted || end > grantedPayload -> look()
          :: else -> break
          od;
          storesAppear();
          claimed = most(claimed, claim + 1);                                            /* P0 */
          do
          :: k < lines -> region[(begin + k) % R] = lineOf(claim + 1, term); k++
          :: else -> break
          od;
#ifdef LIMIT_AFTER_WRITING
          payloadLimit = most(payloadLimit, end);
#endif
          select(size : 0 .. lines);
          slot[(claim + 1) % C].position = begin;
          slot[(claim + 1) % C].size = size;
          slot[(claim + 1) % C].inside = lineOf(claim + 1, term);
          atomic {
            claim++; wanted--;
            position = begin + size; sum = sum + size;
            begin = 0; end = 0; lines = 0; size = 0; k = 0
          }
       :: else -> break
       od;
       do
       :: own < claim ->
          d_step {                                                                       /* P1 */
            own++;
            slot[own % C].stamp = own;
            contents[own - NOTHING] = lineOf(own, term);
            published = own
          }
       :: else -> break
       od;
       atomic { publishedEnd = position; sum = 0 }
    :: else -> break
    od;
    goto done
  } unless {
    atomic {
      kill && term < TERMS - 1;
      own = 0; claim = 0; wanted = 0; sum = 0;
      position = 0; publishedEnd = 0; begin = 0; end = 0; lines = 0; size = 0; k = 0;
      granted = 0; grantedPayload = 0; gate = 0; floor = 0; seen = 0; seenFirst = 0;
      seenSecond = 0; hasRoom = false
    };
    storesAppear()
  };
  d_step { kill = false; term++ };
  goto begins;
done:
  skip
}

/* Reads every message after `next` in place. What it reads counts once the commit is good: it may be
 * evicted meanwhile, and then reads what is written over. */
inline readUntilEvicted(row) {
  do
  :: next < LAST && gates[row] ->
     next++;
     slot[next % C].stamp >= next || !gates[row];                                        /* S1 */
     position = slot[next % C].position;
     size = slot[next % C].size;
     isTorn = slot[next % C].inside != contents[next - NOTHING];
     do
     :: k < size ->
        isTorn = isTorn || region[(position + k) % R] != contents[next - NOTHING];
        k++
     :: else -> break
     od;
     atomic {                                                                            /* K1 */
       if
#ifdef COMMITS_UNSEEN
       :: true -> assert(!isTorn); committed[row] = next
#else
       :: gates[row] -> assert(!isTorn); committed[row] = next
       :: else
#endif
       fi;
       position = 0; size = 0; k = 0; isTorn = false
     }
  :: else -> break
  od
}

/* Reads every message after `next` in place, and commits each. */
inline readAll(row) {
  do
  :: next < LAST ->
     next++;
     slot[next % C].stamp == next;                                                       /* S1 */
     position = slot[next % C].position;
     size = slot[next % C].size;
     assert(slot[next % C].inside == contents[next - NOTHING]);
     do
     :: k < size -> assert(region[(position + k) % R] == contents[next - NOTHING]); k++
     :: else -> break
     od;
     atomic { committed[row] = next; position = 0; size = 0; k = 0 }                     /* P1 */
  :: else -> break
  od
}

/* There from the beginning. */
proctype First() {
  byte next = NOTHING, position, size, k;
#ifdef EVICTS
  bool isTorn;
  readUntilEvicted(0)
#else
begins:
  { readAll(0); goto done } unless {
    atomic {
      killReader;
      killReader = false;
      position = 0; size = 0; k = 0;
#ifdef HELD_LETS_GO
      gates[0] = false; members++
#endif
    }
  };
#ifdef HELD_LETS_GO
  atomic { gates[0] = true; members++ };
#endif
  next = committed[0];
  goto begins;
done:
  skip
#endif
}

/* Joins at any moment, at the latest or at the oldest message. */
proctype Joiner() {
  byte next, position, size, k, seenLimit, seenPayload, end;
  atomic { end = cursor; committed[1] = (end > C -> end - C : 0) };                      /* J1 */
  gates[1] = true;
  members++;                                                                             /* J2 */
#ifndef NO_J3
  storesAppear();                                                                        /* J3 */
#endif
  seenLimit = limit;                                                                     /* J4 */
  seenPayload = payloadLimit;                                                            /* J4 */
  end = cursor;                                                                          /* J4 */
  do
  :: end < LAST && slot[(end + 1) % C].stamp == end + 1 -> end++                         /* J4 */
  :: else -> break
  od;
  if
  :: next = end
  :: next = most(seenLimit - C, NOTHING);
#ifndef OLDEST_BY_SLOTS_ALONE
     do
     :: next < end && slot[(next + 1) % C].position + R < seenPayload -> next++
     :: else -> break
     od
#endif
  fi;
  atomic { seenLimit = 0; seenPayload = 0; end = 0 };
  committed[1] = next;                                                                   /* J5 */
  members++;
  readAll(1)
}

/* Copies any message that it finds, and then asks whether the copy is whole. */
proctype Observer() {
  byte s, position, size, inside, k, seenClaimed, seenPayload;
  bool isSame = true;
  select(s : NOTHING + 1 .. LAST);
  slot[s % C].stamp >= s;                                                                /* S1 */
#ifdef OBSERVER_LOOKS_FIRST
  seenClaimed = claimed;
  seenPayload = payloadLimit;
#endif
  position = slot[s % C].position;
  size = slot[s % C].size;
  inside = slot[s % C].inside;
  do
  :: k < size -> isSame = isSame && region[(position + k) % R] == inside; k++
  :: else -> break
  od;
#ifndef OBSERVER_LOOKS_FIRST
  seenPayload = payloadLimit;                                                            /* O4 */
  seenClaimed = claimed;                                                                 /* O2 */
#endif
#ifdef JUDGES_BY_CLAIMED_ALONE
  seenPayload = 0;
#endif
  if
  :: seenClaimed < s + C && seenPayload <= position + R ->
     assert(isSame && inside == contents[s - NOTHING])
  :: else
  fi
}

proctype Killer() {
  byte left = TERMS - 1;
end:
  do
  :: left > 0 && !kill -> kill = true; left--
  od
}

#ifdef HELD
proctype ReaderKiller() {
  byte left = HELD;
end:
  do
  :: left > 0 && !killReader -> killReader = true; left--
  od
}
#endif

init {
  atomic {
    run Producer();
#ifdef FIRST
    gates[0] = true;
    run First();
#endif
#ifdef JOINER
    run Joiner();
#endif
#ifdef OBSERVER
    run Observer();
#endif
#ifdef HELD
    run ReaderKiller();
#endif
#if TERMS > 1
    run Killer()
#endif
  }
}

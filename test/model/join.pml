/* Joining, leaving, dying, being evicted and being followed, against the producer's claim.
 *
 * The labels are those of docs/memory-model.md. Sequences begin at C + 1, so that a low
 * cursor is no negative number. Each row
 * has one consumer after another, all of one name; every one but the last may be killed before each
 * of its steps. All memory is ordered: both sides have full fences. What can be chosen:
 *   N, C, AHEAD        records, slots, how far the limit is raised past the claim
 *   ROWS, LIVES        rows, consumers that each row has one after another
 *   KILLS              how many of them are killed
 *   TAKE, BATCH        records that each reads, most in one batch
 *   OLDEST             joins at the oldest whole record, otherwise at the latest
 *   HOLD               all but the last of a row are held when they die, otherwise released
 *   EVICTABLE          may be evicted
 * Each of these breaks it: NO_J3, NO_SECOND_LOOK, LIMIT_GOES_BACK, EVICT_WITHOUT_COMPARING, NO_LEASE,
 * MARK_BEFORE_POLICY, JOINS_UNCONFIRMED, TAG_FROM_ZERO,
 * LEAVES_IN_SILENCE, TRUSTS_THE_LEAVER.
 */
#ifndef N
#define N 5
#endif
#ifndef C
#define C 2
#endif
#ifndef AHEAD
#define AHEAD C
#endif
#ifndef ROWS
#define ROWS 2
#endif
#ifndef LIVES
#define LIVES 2
#endif
#ifndef KILLS
#define KILLS 1
#endif
#ifndef EVICTIONS
#define EVICTIONS 1
#endif
#ifndef TAKE
#define TAKE 2
#endif
#ifndef BATCH
#define BATCH 2
#endif

#ifdef HOLD
#define HOLDS(lives) (lives > 1)
#define mortal (lives > 1)
#else
#define HOLDS(lives) false
#define mortal true
#endif

#define least(a, b) ((a) < (b) -> (a) : (b))
#define NOTHING C
#define LAST (NOTHING + N)
#define beforeOldest(s) ((s) > NOTHING + C -> (s) - C : NOTHING)

/* In shared memory. */
byte published = NOTHING, limit = NOTHING;
/* The limit that the producer has stored. */
byte storedLimit = NOTHING;
/* The count of changes; what matters is whether it has changed since it was looked at. */
bool changedSinceScan, changedSinceRows = true;
byte slot[C];
mtype = { free, live, evicted };
typedef Row {
  byte cursor;
  mtype state;     /* state, committed and generation are one word */
  byte committed;
  byte generation;
  byte joinedAt;
  bool holds;      /* the policy */
  bool marked;     /* the lifeline's mark */
}
Row row[ROWS];

/* What is true: the last commit that was stored, and the last that counts. */
byte storedCommit[ROWS], goodCommit[ROWS];
/* The row's dead consumer had begun to read, and is held. */
bool isHeld[ROWS];
bool kill[ROWS];
byte killsLeft = KILLS, evictionsLeft = EVICTIONS;

/* What a thread of a dead consumer's process may still store. */
byte late[ROWS];

inline changeMembership() {                                                              /* J2 */
  d_step { changedSinceScan = true; changedSinceRows = true }
}

inline flush() { limit = storedLimit }

/* The store buffer empties when it likes. */
proctype Memory() {
end:
  do
  :: d_step { limit != storedLimit -> flush() }
  od
}

/* A mark that changes nothing is slept on. */
#define isOther(r) (row[r].state != live || row[r].generation != knownGeneration[r])
#if defined(MARK_BEFORE_POLICY)
#define wakesFor(r) true
#elif defined(TRUSTS_THE_LEAVER)
#define wakesFor(r) (!isOther(r) && !row[r].holds)
#else
#define wakesFor(r) (isOther(r) || !row[r].holds)
#endif

proctype Producer() {
  byte next = NOTHING + 1, room, gate, slowest, r, seenCommitted, known, knownGeneration[ROWS];
  bool mayGo, stalls, changed;
  do
  :: next > LAST -> break
  :: next <= LAST && next <= room ->
     d_step { flush(); slot[next % C] = next; published = next; next++ }                 /* P1 */
  :: next <= LAST && next > room ->
     changedSinceScan = false;                                                           /* C1 */
     if
     :: changedSinceRows ->
        d_step { changedSinceRows = false; known = 0 };
        r = 0;
        do
        :: r < ROWS ->
           d_step {                                                                      /* C1 */
             known = (row[r].state == live -> known | (1 << r) : known);
             knownGeneration[r] = row[r].generation;
             r++
           }
        :: else -> break
        od
     :: else
     fi;
     gate = next - 1;
     slowest = ROWS;
     r = 0;
     do
     :: r < ROWS ->
        d_step {                                                                         /* C1 */
          if
          :: (known & (1 << r)) && row[r].cursor < gate -> gate = row[r].cursor; slowest = r
          :: else
          fi;
          r++
        }
     :: else -> break
     od;
     room = least(gate + C, next - 1 + AHEAD);
#ifdef LIMIT_GOES_BACK
     storedLimit = room;
#else
     storedLimit = (storedLimit < room -> room : storedLimit);                           /* C2 */
#endif
#ifndef NO_SECOND_LOOK
     if
     :: changedSinceScan -> room = 0                                                     /* C4 */
     :: else
     fi;
#endif
     if
     :: room != 0 && room < next ->
        /* The ring is full. Something has changed, or the consumer is dead, or stalls. */
        r = slowest;
        if
        :: row[r].cursor + C >= next || changedSinceScan -> goto claim
        :: row[r].marked && wakesFor(r)
#ifdef EVICTABLE
        :: evictionsLeft > 0 && row[r].cursor == gate -> d_step { stalls = true; evictionsLeft-- }
#endif
        fi;
        d_step {                                                                         /* C1 */
          seenCommitted = row[r].committed;
          changed = isOther(r)
        };
        if
        :: changed ->
           /* The process that changed the row may have died before it could say so. */
           changed = false;
           changeMembership();
           goto claim
        :: else
        fi;
        if
        :: stalls -> mayGo = true
#ifdef MARK_BEFORE_POLICY
        :: !stalls && row[r].marked -> mayGo = !row[r].holds                             /* D1 */
        :: !stalls && !row[r].marked
#else
        :: !stalls && !row[r].holds -> mayGo = row[r].marked                             /* D3 */
        :: !stalls && row[r].holds
#endif
        fi;
        stalls = false;
        if
        :: mayGo ->
           d_step {                                                                      /* L1 */
             flush();
             mayGo = false;
             if
#ifdef EVICT_WITHOUT_COMPARING
             :: row[r].state = evicted;
                row[r].generation = knownGeneration[r];
                row[r].committed = seenCommitted;
                mayGo = true
#else
             :: row[r].state == live && row[r].generation == knownGeneration[r] &&
                row[r].committed == seenCommitted ->
                row[r].state = evicted;
                mayGo = true
             :: else
#endif
             fi
           };
           if
           :: mayGo -> changeMembership(); mayGo = false
           :: else
           fi
        :: else
        fi
     :: else
     fi;
claim:
     atomic {
       r = 0; gate = 0; seenCommitted = 0; stalls = false; slowest = 0;
       room = (room < next -> 0 : room)
     }
  od
}

inline forget() {
  n = 0; last = 0; end = 0; first = 0; low = 0; committed = 0; generation = 0;
  isWhole = false; isGood = false; resumes = false; sameName = false
}

proctype Consumer(byte me) {
  byte lives = LIVES, generation, committed, last, first, end, n, low;
  bool sameName, resumes, isWhole, isGood;
begin:
  {
    row[me].marked = false;                                                              /* D0 */
    /* The consumer that had the row is gone for good. */
    d_step {
      sameName = row[me].state != free;
      resumes = row[me].state == live && row[me].holds && row[me].joinedAt <= row[me].cursor + 1;
      generation = row[me].generation;
      committed = row[me].committed;
      assert(!isHeld[me] || resumes);
      isHeld[me] = false
    };
    if
    :: resumes ->
       last = row[me].cursor;
       /* Confirms the commit that it goes on at. */
       d_step {
         if
         :: row[me].state == live && row[me].committed == committed ->
#ifdef EVICTABLE
            row[me].committed = last;
            committed = last;
#endif
            assert(last == storedCommit[me]);
            goodCommit[me] = last
         :: else ->
#ifndef EVICTABLE
            assert(false);
#endif
            resumes = false
         fi
       }
    :: else
    fi;
    if
    :: resumes ->
       row[me].holds = HOLDS(lives);                                                     /* D2 */
       changeMembership()                                                                /* J2 */
    :: else ->
       d_step {
         sameName = sameName && row[me].joinedAt <= row[me].cursor + 1;
#ifdef EVICTABLE
         first = (row[me].state == evicted -> row[me].committed : row[me].cursor);
         assert(!sameName ||
                first == (row[me].state == evicted -> goodCommit[me] : storedCommit[me]))
#else
         first = row[me].cursor;
         assert(!sameName || first == storedCommit[me])
#endif
       };
       if
       :: d_step { row[me].state == live -> row[me].state = evicted };                   /* L1 */
          changeMembership()
       :: else
       fi;
join:
       low = published;
       row[me].joinedAt = low + 1;
       row[me].cursor = low - C;                                                   /* J1 */
       row[me].holds = HOLDS(lives);                                                     /* D2 */
       d_step {
         generation = row[me].generation + 1;
#ifdef TAG_FROM_ZERO
         committed = 0;
#else
         committed = low - C;
#endif
         row[me].generation = generation;
         row[me].committed = committed;
         row[me].state = live                                                            /* J1 */
       };
       changeMembership();                                                               /* J2 */
#ifndef NO_J3
       d_step { flush() };                                                               /* J3 */
#endif
       low = limit;                                                                      /* J4 */
#ifdef OLDEST
       last = beforeOldest(low);
#else
       last = published;                                                                 /* J4 */
#endif
       low = 0;
       d_step { row[me].joinedAt = last + 1; storedCommit[me] = last; goodCommit[me] = last };
#ifdef EVICTABLE
       d_step {
         if
         :: row[me].state == live -> row[me].committed = last; committed = last; isGood = true
         :: else -> isGood = false
         fi
       };
#ifndef JOINS_UNCONFIRMED
       if
       :: !isGood -> goto join
       :: else
       fi;
#endif
#endif
       row[me].cursor = last                                                             /* J5 */
    fi;
    d_step { resumes = false; sameName = false; first = 0; end = last };
    do
    :: n < TAKE && last < LAST ->
       if
       :: published > last
#ifdef EVICTABLE
       :: row[me].state != live -> goto leave
#endif
       fi;
       d_step {
         end = least(least(published, last + BATCH), last + TAKE - n);
         n = n + end - last
       };
       /* It reads until it commits. */
       d_step {                                                                          /* P1 */
         isWhole = true;
         first = last + 1;
         do
         :: first <= end -> isWhole = isWhole && slot[first % C] == first; first++
         :: else -> break
         od;
         first = 0;
         row[me].cursor = end;
         storedCommit[me] = end;
#ifndef EVICTABLE
         assert(isWhole);
         goodCommit[me] = end;
#endif
         last = end
       };
#ifdef EVICTABLE
       d_step {                                                                          /* K1 */
         isGood = row[me].state == live && row[me].generation == generation &&
                  row[me].committed == committed;
         if
         :: isGood ->
            assert(isWhole);
            row[me].committed = end;
            committed = end;
            goodCommit[me] = end
         :: else
         fi;
         isWhole = false
       };
       if
       :: !isGood -> goto leave
       :: else -> isGood = false
       fi
#endif
    :: else -> break
    od;
leave:
    if
    :: d_step { row[me].state == live -> row[me].state = free };                         /* L1 */
#ifndef LEAVES_IN_SILENCE
       changeMembership()
#endif
    :: else /* evicted: the next of this name is told */
    fi;
    goto gone
  } unless {
    /* The kernel's part. The mark comes first, the lease is free at the end. */
    atomic {
      kill[me] && mortal;
      late[me] = (end > last -> end : 0);
#if defined(HOLD) && !defined(EVICTABLE)
      isHeld[me] = row[me].state == live && row[me].joinedAt <= row[me].cursor + 1 && row[me].holds;
#endif
      forget()
    };
    row[me].marked = true;                                                               /* D0 */
#ifndef NO_LEASE
    late[me] == 0
#endif
  };
gone:
  atomic { forget(); kill[me] = false; lives-- };
  if
  :: lives > 0 -> goto begin
  :: else
  fi
}

proctype Straggler(byte me) {
end:
  do
  :: d_step {
       late[me] != 0 ->
       row[me].cursor = late[me]; storedCommit[me] = late[me]; late[me] = 0
     }
  :: d_step { late[me] != 0 -> late[me] = 0 }
  od
}

proctype Killer() {
end:
  do
  :: atomic {
       killsLeft > 0 ->
       killsLeft--;
       if
       :: kill[0] = true
#if ROWS > 1
       :: kill[1] = true
#endif
       :: true
       fi
     }
  od
}

init {
  atomic {
    row[0].state = free;
    run Memory();
    run Producer();
    run Consumer(0);
    run Straggler(0);
#if ROWS > 1
    row[1].state = free;
    run Consumer(1);
    run Straggler(1);
#endif
    run Killer()
  }
}

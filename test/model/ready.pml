/* A descriptor for an event loop: a set of rings that a user arms, the process's readiness thread,
 * publishers, somebody who stops the set, and another process that sleeps on the first ring's lifeline.
 *
 * The labels are those of docs/memory-model.md. Each publisher may be killed before each of its
 * steps. No time passes: what would come a slice later does not come. What can be chosen:
 *   R, N       rings, sequences to publish on each
 *   CLOSES     publishers that may close: those of the first so many rings
 *   KILLS      publishers that may be killed: those of the first so many rings
 *   ARMS       how often the user arms again though the descriptor is not readable
 *   REMOVES    how many members the user removes, and destroys, before they end
 *   RINGER     another participant changes something of the first ring, and rings
 *   STOPPER    somebody may stop the set
 *   OTHER      another process sleeps on the first ring's lifeline
 *   COUNTS     counts what is done for nothing
 * Each of these breaks it: NO_W3, NO_W4, EPOCH_AFTER_LOOK, LIFELINE_AFTER_LOOK, CLEARS_LAST,
 * ARMS_IN_SILENCE, CONTROL_AFTER_UNLOCK, KEEPS_UNARMED, RINGS_UNCHANGED, CLEAR_LEAVES_ARMED, KEEPS_RUNG,
 * NO_RELAY, RELAYS_ARMED_ALONE, NO_RELEASE, STOP_WAKES_NOBODY, CLOSES_IN_SILENCE.
 */
#ifndef R
#define R 1
#endif
#ifndef N
#define N 1
#endif
#ifndef CLOSES
#define CLOSES R
#endif
#ifndef KILLS
#define KILLS 0
#endif
#ifndef ARMS
#define ARMS 0
#endif
#ifndef REMOVES
#define REMOVES 0
#endif

/* The publishers' stores pass through their processors' store buffers: stored is what they have
 * stored, cursor what the others see. */
byte cursor[R], stored[R];
bool closed[R];
byte awaited[R]; /* the sequence that the doorbell is armed for; 0: not armed */
bool marked[R];  /* the lifeline's word has the kernel's mark */
bool stopped;    /* the stop word */

/* Of the words that are remembered to be compared later, it matters whether they have changed since.
 * These are sets of those that remember: the user, the watch that the user hands over, the thread
 * with what it sleeps on, and the other process. */
#define USER 1
#define WATCH 2
#define THREAD 4
#define OTHERS 8
byte sameEpoch[R], sameLife[R];
bool sameControl;

/* In the kernel. A sleeper that is woken on one word stays in the others' queues until it runs. */
byte onLife[R], woken;
bool onDoorbell[R], onStop, onControl;

bool killed[R], isIdle[R], hasEnded[R], fatesAreKnown, stopIsKnown, ringerHasEnded;

/* The set's members are a bit for each ring, and one for the stop word. */
#define STOP_WORD (1 << R)
byte members;
byte target[R];
bool isUnmapped[R];

/* What the user and the thread share under the mutex. */
bool isLocked; /* by the thread; the user's sections are steps */
bool isArmed, isRung, isUnwanted, isSleptOn;
byte watched, sleptOn; /* members */
bool isReadable;

/* A change of a ring's word is worth one descriptor that is readable for nothing; a change of a word
 * that the thread may sleep on, and a wake of it, are worth one turn of the thread. */
#ifdef COUNTS
byte forNothing, turns;
#define mayRing forNothing++
#define mayTurn turns++
#else
#define mayRing skip
#define mayTurn skip
#endif

#define bit(k) (1 << (k))
#define with(set, k) (set | (k))
#define without(set, k) (set & (255 - (k)))

inline flush(r) { cursor[r] = stored[r] }
inline raise(r) {
  awaited[r] = 0; sameEpoch[r] = 0; mayRing; mayTurn
}
inline wakeThread() { woken = with(woken, THREAD); mayTurn }
inline wakeDoorbell(r) {
  d_step { if :: onDoorbell[r] -> onDoorbell[r] = false; wakeThread() :: else fi }
}
inline wakeAllOnLife(r) {
  if :: onLife[r] & THREAD -> wakeThread() :: else fi;
  woken = woken | onLife[r];
  onLife[r] = 0
}
inline wakeControl() {
  d_step { if :: onControl -> onControl = false; wakeThread() :: else fi }
}

proctype Memory() {
end:
  do
  :: d_step { cursor[0] < stored[0] -> flush(0) }
#if R > 1
  :: d_step { cursor[1] < stored[1] -> flush(1) }
#endif
  od
}

proctype Publisher(byte r) {
  bool answers;
  {
    do
    :: stored[r] < N ->
       stored[r]++;                                                                      /* P1 */
       if
       :: awaited[r] != 0 ->                                                             /* P3 */
          d_step {                                                                       /* P4 */
            flush(r);
            if
            :: awaited[r] != 0 && stored[r] >= awaited[r] -> raise(r); answers = true
            :: else
            fi
          };
          if
          :: answers -> wakeDoorbell(r); answers = false
          :: else
          fi
       :: else
       fi
    :: break
    od;
    if
    :: isIdle[r] = true;
endIdle:
       false
    :: d_step { r < CLOSES -> flush(r); closed[r] = true };                                           /* E0 */
       d_step { raise(r) };                                                              /* R1 */
       wakeDoorbell(r)
    fi;
    goto done
  } unless { killed[r] };
  /* The kernel's part. What was stored is stored. */
  d_step {                                                                               /* D0 */
    flush(r); answers = false; marked[r] = true; sameLife[r] = 0; mayRing; mayTurn
  };
  if
  :: d_step { onLife[r] & THREAD -> onLife[r] = without(onLife[r], THREAD); wakeThread() }
  :: d_step { onLife[r] & OTHERS -> onLife[r] = without(onLife[r], OTHERS); woken = with(woken, OTHERS) }
  :: else
  fi;
done:
  hasEnded[r] = true
}

proctype Fates() {
  byte r;
  do
  :: r < KILLS && !hasEnded[r] -> atomic { killed[r] = true; isIdle[r] = false; r++ }
  :: r < KILLS -> r++
  :: r == KILLS -> break
  od;
  atomic { r = 0; fatesAreKnown = true }
}

#ifdef RINGER
proctype Ringer() {
  d_step { raise(0) };                                                                   /* R1 */
  wakeDoorbell(0);
  ringerHasEnded = true
}
#endif

#ifdef STOPPER
proctype Stopper() {
  if
  :: d_step { stopped = true; mayTurn };
#ifndef STOP_WAKES_NOBODY
     d_step { if :: onStop -> onStop = false; wakeThread() :: else fi }
#endif
  :: true
  fi;
  stopIsKnown = true
}
#endif

#ifdef OTHER
proctype Other() {
  bool told;
look:
  atomic {                                                                               /* D1 */
    sameLife[0] = with(sameLife[0], OTHERS);
    if
    :: marked[0] && !told -> wakeAllOnLife(0); told = true
    :: else
    fi
  };
  if
  :: marked[0] -> goto done
  :: else
  fi;
  if
  :: d_step { sameLife[0] & OTHERS -> onLife[0] = with(onLife[0], OTHERS) }              /* W5 */
  :: else -> goto awake
  fi;
  if
  :: woken & OTHERS
  :: fatesAreKnown && (isIdle[0] || hasEnded[0]) && !marked[0] -> goto done
  fi;
awake:
  atomic {                                                                               /* D1 */
    onLife[0] = without(onLife[0], OTHERS); woken = without(woken, OTHERS);
    if
    :: !(sameLife[0] & OTHERS) -> wakeAllOnLife(0)
    :: else
    fi
  };
  goto look;
done:
  atomic { sameLife[0] = without(sameLife[0], OTHERS); onLife[0] = without(onLife[0], OTHERS); told = false }
}
#endif

#define isThere(r) ((members & bit(r)) && cursor[r] >= target[r])
#define isOver(r) ((members & bit(r)) && (closed[r] || marked[r]))
#define isStopped ((members & STOP_WORD) && stopped)
#define rests(r) ((isIdle[r] || hasEnded[r]) && \
                  (!(members & bit(r)) || (stored[r] < target[r] && !closed[r] && !marked[r])))
/* Nobody will do anything more, and the user has no news. */
#if R > 1
#define restful (fatesAreKnown && stopIsKnown && ringerHasEnded && !isStopped && rests(0) && rests(1))
#define hasNews (isThere(0) || isOver(0) || isThere(1) || isOver(1) || isStopped)
#else
#define restful (fatesAreKnown && stopIsKnown && ringerHasEnded && !isStopped && rests(0))
#define hasNews (isThere(0) || isOver(0) || isStopped)
#endif

inline clear() {
  atomic {
    !isLocked ->
#ifndef CLEAR_LEAVES_ARMED
    isArmed = false;
#endif
    if
    :: isRung ->
#ifndef KEEPS_RUNG
       isRung = false;
#endif
       isReadable = false
    :: else
    fi
  }
}

/* Nothing of the thread's is left on the words. */
inline release() {
  clear();
#ifndef NO_RELEASE
  if
  :: isSleptOn ->
     d_step { sameControl = false; mayTurn };
     wakeControl();
     !isSleptOn
  :: else
  fi
#endif
}

inline remove(r) {
  release();
  d_step { members = without(members, bit(r)); isUnmapped[r] = true; sameEpoch[r] = without(sameEpoch[r], USER) }
}

inline armDoorbell(r) {
  atomic {                                                                               /* W2, W7 */
    if
    :: (members & bit(r)) && !(sameEpoch[r] & USER) ->
       if
       :: awaited[r] == 0 || awaited[r] > target[r] -> awaited[r] = target[r]
       :: else
       fi;
       sameEpoch[r] = with(sameEpoch[r], USER)
    :: else
    fi
  }
}

inline lookAtLifeline(r) {
  d_step {                                                                               /* D1 */
    if
    :: members & bit(r) ->
       if
       :: marked[r] && !(sameLife[r] & USER) -> wakeAllOnLife(r)
       :: else
       fi;
       sameLife[r] = with(sameLife[r], USER)
    :: else
    fi
  }
}

/* The watch has the values that the user has. */
inline handOver(r) {
#ifdef EPOCH_AFTER_LOOK
  sameEpoch[r] = with(sameEpoch[r], WATCH);
#else
  if
  :: sameEpoch[r] & USER -> sameEpoch[r] = with(sameEpoch[r], WATCH)
  :: else -> sameEpoch[r] = without(sameEpoch[r], WATCH)
  fi;
#endif
  if
  :: sameLife[r] & USER -> sameLife[r] = with(sameLife[r], WATCH)
  :: else -> sameLife[r] = without(sameLife[r], WATCH)
  fi
}

inline take(r) {
  if
  :: isThere(r) -> target[r] = cursor[r] + 1
  :: isOver(r) && !isThere(r) -> remove(r)
  :: else
  fi
}

proctype User() {
  byte arms, removes;
arm:
#ifndef CLEARS_LAST
  clear();
#endif
again:
  armDoorbell(0);
#if R > 1
  armDoorbell(1);
#endif
#ifndef NO_W3
  d_step {                                                                               /* W3 */
    flush(0);
#if R > 1
    flush(1);
#endif
  };
#endif
#ifndef LIFELINE_AFTER_LOOK
  lookAtLifeline(0);
#if R > 1
  lookAtLifeline(1);
#endif
#endif
#ifndef NO_W4
  if :: isThere(0) -> goto found :: else fi;                                             /* W4 */
#if R > 1
  if :: isThere(1) -> goto found :: else fi;
#endif
#endif
  if :: isOver(0) -> goto found :: else fi;                                              /* E1, D1 */
#if R > 1
  if :: isOver(1) -> goto found :: else fi;
#endif
  if :: isStopped -> goto found :: else fi;
#ifndef EPOCH_AFTER_LOOK
  if :: (members & bit(0)) && !(sameEpoch[0] & USER) -> goto again :: else fi;           /* W7 */
#if R > 1
  if :: (members & bit(1)) && !(sameEpoch[1] & USER) -> goto again :: else fi;
#endif
#endif
#ifdef LIFELINE_AFTER_LOOK
  lookAtLifeline(0);
#if R > 1
  lookAtLifeline(1);
#endif
#endif
  d_step {
    !isLocked ->
    handOver(0);
#if R > 1
    handOver(1);
#endif
    watched = members;
    isArmed = true;
#ifndef ARMS_IN_SILENCE
    sameControl = false; mayTurn
#endif
  };
#ifndef ARMS_IN_SILENCE
  wakeControl();
#endif
#ifdef CLEARS_LAST
  clear();
#endif
  goto loop;
found:
  atomic {
    !isLocked ->
    isArmed = false;
    if
    :: !isRung -> isRung = true; isReadable = true
    :: else
    fi
  };
loop:
  /* The event loop. */
  if
  :: isReadable ->
#ifdef COUNTS
     d_step {
       if
       :: !hasNews -> assert(forNothing > 0); forNothing--
       :: else
       fi
     };
#endif
     if :: isStopped -> goto over :: else fi;
     if
     :: isThere(0) -> target[0] = cursor[0] + 1
     :: else -> if :: isOver(0) -> remove(0) :: else fi
     fi;
#if R > 1
     if
     :: isThere(1) -> target[1] = cursor[1] + 1
     :: else -> if :: isOver(1) -> remove(1) :: else fi
     fi;
#endif
     /* It stays readable, unless a member was removed. */
     assert(isReadable == isRung);
     goto arm
  :: arms < ARMS -> arms++; goto arm
  :: removes < REMOVES && (members & bit(0)) -> removes++; remove(0); goto arm
  :: restful -> goto over
  fi;
over:
  /* The set goes, and its roles after it. */
  release();
  d_step { !isLocked -> isUnwanted = true;
#ifndef CLOSES_IN_SILENCE
  sameControl = false; mayTurn
#endif
  };
#ifndef CLOSES_IN_SILENCE
  wakeControl();
#endif
  d_step {
    members = 0; isUnmapped[0] = true; arms = 0; removes = 0;
#if R > 1
    isUnmapped[1] = true;
#endif
  }
}

inline compare(r) {
  if
  :: watched & bit(r) ->
     assert(!isUnmapped[r]);
     if :: !(sameEpoch[r] & WATCH) -> rings = true :: else fi;
     if
     :: !(sameLife[r] & WATCH) ->
        rings = true;
#ifdef RELAYS_ARMED_ALONE
        d_step { wakeAllOnLife(r) }
#endif
     :: else
     fi
  :: else
  fi
}

inline keep(r) {
  if
  :: sameEpoch[r] & WATCH -> sameEpoch[r] = with(sameEpoch[r], THREAD)
  :: else -> sameEpoch[r] = without(sameEpoch[r], THREAD)
  fi;
  if
  :: sameLife[r] & WATCH -> sameLife[r] = with(sameLife[r], THREAD)
  :: else -> sameLife[r] = without(sameLife[r], THREAD)
  fi
}

/* A word that is unmapped is refused. */
inline queue(r) {
  if
  :: sleptOn & bit(r) ->
     if
     :: d_step { !isUnmapped[r] && (sameEpoch[r] & THREAD) -> onDoorbell[r] = true }     /* W5 */
     :: else -> goto awake
     fi;
     if
     :: d_step { !isUnmapped[r] && (sameLife[r] & THREAD) -> onLife[r] = with(onLife[r], THREAD) }
     :: else -> goto awake
     fi
  :: else
  fi
}

inline leave(r) { onDoorbell[r] = false; onLife[r] = without(onLife[r], THREAD) }

inline relay(r) {
#if !defined(NO_RELAY) && !defined(RELAYS_ARMED_ALONE)
  if
  :: sleptOn & bit(r) ->
     assert(!isUnmapped[r]);
     d_step {                                                                            /* D1 */
       if
       :: !(sameLife[r] & THREAD) -> wakeAllOnLife(r)
       :: else
       fi
     }
  :: else
  fi
#else
  skip
#endif
}

proctype Thread() {
  bool rings;
turn:
  atomic { !isLocked -> isLocked = true };
  relay(0);
#if R > 1
  relay(1);
#endif
  d_step { sleptOn = 0; isSleptOn = false };
  if :: isUnwanted -> goto done :: else fi;
  if
  :: isArmed ->
     compare(0);
#if R > 1
     compare(1);
#endif
     if :: (watched & STOP_WORD) && stopped -> rings = true :: else fi;
#ifdef RINGS_UNCHANGED
     rings = true;
#endif
     d_step {
       if
       :: rings ->
          /* Once an arm(), and nothing has made it readable before. */
          assert(!isReadable);
          isArmed = false; isRung = true; isReadable = true
       :: else
       fi;
       rings = false
     }
  :: else
  fi;
  d_step {
#ifndef CONTROL_AFTER_UNLOCK
    sameControl = true;
#endif
#ifdef KEEPS_UNARMED
    if
    :: watched != 0 ->
#else
    if
    :: isArmed ->
#endif
       sleptOn = watched; isSleptOn = true;
       keep(0);
#if R > 1
       keep(1);
#endif
    :: else
    fi;
    isLocked = false
  };
#ifdef CONTROL_AFTER_UNLOCK
  sameControl = true;
#endif
  if
  :: d_step { sameControl -> onControl = true }                                          /* W5 */
  :: else -> goto awake
  fi;
  queue(0);
#if R > 1
  queue(1);
#endif
  if
  :: d_step { (sleptOn & STOP_WORD) && !stopped -> onStop = true }
  :: !(sleptOn & STOP_WORD)
  :: (sleptOn & STOP_WORD) && stopped -> goto awake
  fi;
  woken & THREAD;
awake:
  atomic {
    onControl = false; onStop = false; woken = without(woken, THREAD);
    leave(0);
#if R > 1
    leave(1);
#endif
#ifdef COUNTS
    assert(turns > 0);
    turns--;
#endif
    skip
  };
  goto turn;
done:
  isLocked = false
}

init {
  atomic {
    members = bit(R) - 1;
    target[0] = 1;
#if R > 1
    target[1] = 1;
#endif
#ifdef STOPPER
    members = with(members, STOP_WORD);
    run Stopper();
#else
    stopIsKnown = true;
#endif
#ifdef RINGER
    run Ringer();
#else
    ringerHasEnded = true;
#endif
#ifdef OTHER
    run Other();
#endif
    run Memory();
    run Publisher(0);
#if R > 1
    run Publisher(1);
#endif
    run Fates();
    run User();
    run Thread()
  }
}

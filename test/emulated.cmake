# What the tests of a cross-build need, and what qemu-user cannot do.
set(SLUICE_GOOGLETEST_SOURCE /usr/src/googletest CACHE PATH "The sources of GoogleTest")
set(INSTALL_GTEST OFF)
add_subdirectory(${SLUICE_GOOGLETEST_SOURCE} ${CMAKE_CURRENT_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)

# Under its own name a script that a test can execute: the kernel does not know the program's machine.
function(emulate program)
  set_target_properties(${program} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/programs/emulated)
  list(JOIN CMAKE_CROSSCOMPILING_EMULATOR " " emulator)
  file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/programs/${program}
    CONTENT "#!/bin/sh\nexec ${emulator} \"$<TARGET_FILE:${program}>\" \"$@\"\n"
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endfunction()

# It has no seccomp filters: a test that needs one says so, and is skipped.
set(more_properties SKIP_REGULAR_EXPRESSION "seccomp: Invalid argument|[[]  SKIPPED []]")

# What it has not otherwise, and the tests that are of just that.
set(not_emulated "")
function(leave_out reason)
  list(JOIN ARGN ":" tests)
  set(not_emulated "${not_emulated}:${tests}" PARENT_SCOPE)
endfunction()
leave_out("madvise is not passed on: no DONTFORK, DONTDUMP, POPULATE_WRITE or HUGEPAGE"
  Mappings.AForkedChildHasNoneAndPrivateMemoryInItsPlace
  Mappings.OnlyTheDumpedPartsAreInACoreDumpAndNoneIsInherited
  Mappings.PrefaultingTouchesEveryPageOfEveryPart
  Mappings.HugePagesAreAskedForAtAnAddressThatAllowsThem
  Leases.AreFreeWhenTheProcessIsKilledThoughAForkedChildOfItLives
  Leases.AreFreeWhenTheirHolderIsKilledHoweverItForkedWhileItTookThem
  ForkedChild.OfAKilledProducerDoesNotKeepItAlive
  ForkedChild.AttachesOnItsOwnBesideWhatItInherited
  Inherited/* InheritedUntyped.* Protocol/Inherited*
  JoiningConsumer.IsSeenThoughItWasStoppedBeforeItCouldSayThatItHasJoined
  WaitingSuccessor.TakesOverFromOneThatLeavesAndOneOfSeveralGetsIt
  RunsAfter.WaitsForAnotherSegmentThatIsGivenTheName)
leave_out("no futex_waitv, so that nothing is left for a filter to refuse"
  RefusedWith/WithoutFutexWaitv.AFilterThatIsPutOnLaterEndsOneSleepEarly/*)
leave_out("no futex_waitv: the threads beside look in slices, and sleep on no word of a ring"
  ReadinessThread.RingsOnceForAllThatComes
  ReadinessThread.RingsNobodyForWhatAnotherAskedFor
  ReadinessThread.DropsAWordThatWakesItUnarmed
  ReadinessThread.IsOffTheWordsThatWereReleased
  ReadinessThread.PassesOnADeathThoughItsDescriptorIsNoLongerArmed
  ArmedSetSteps.NobodySleepsOnTheWordsOfAMemberThatWasRemoved
  WaitSet.HasFurtherThreadsOnlyAsLongAsItHasMembersForThem
  WaitSet.HasNoFurtherThreadOnTheWordsOfAMemberThatWasRemoved)
leave_out("no set_robust_list: the kernel marks no death"
  Lifelines.AreMarkedWhateverEndsTheProcess Lifelines.ASleeperIsWokenByTheDeath
  Lifelines.ManyAreAllMarked Lifelines.AreZeroOnceDestroyedAndThenNothingIsMarked
  Lifelines.OfAParentAreNotTheForkedChilds)
leave_out("RLIMIT_AS is not passed on"
  Of/Refusals.AreToldWithWhatWasAskedAndWhatToDo/TheLimitOfAddressSpace
  MessageObserver.ThatHasNoMemoryForAMessageIsGivenItOnceItHas
  Replacing.ThatFailsForLackOfAddressesLeavesTheOldStreamOpen)
leave_out("mlockall locks the emulator's own memory too"
  LockedMemory.NeedsRoomForTheSegmentAndLittleMore)
leave_out("the emulator's own thread is one of the process"
  FanIn.HasItsThreadAndItsDescriptorsNoLongerThanItLives)

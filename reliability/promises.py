"""Every promise of docs/reliability.md and every attack that was seen to succeed once: what tries
it, and how that went.

Where a measure of this package tries one, its cases count; where tests of the product do, they are
run here and each is a case. What a test finds lost or doubled is a case that is not finished.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reliability.figures import Case, Figures

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Row:
    """`tests` are files of tests/, or `file::test`; `measures`, how promises measured begin."""

    id: str
    title: str
    tests: tuple[str, ...]
    measures: tuple[str, ...] = ()

    @property
    def promise(self) -> str:
        return f"**{self.id}** {self.title}"


KILLS, MODEL = "No alert is lost by a kill", "15 kills at random"
HELD, BACK, PASSED = "A database held", "A clock set back", "Deadlines that pass"
ROWS = (
    Row(
        "P1",
        "Every negative review with a time to answer is alerted at least once, whatever crashes",
        ("journeys/test_kills.py", "bot/test_killed.py", "workflow/test_act.py"),
        (KILLS, MODEL, HELD, "An hour without Telegram"),
    ),
    Row(
        "P2",
        "One message each; at most one duplicate per chat and crash, and it says so",
        (
            *("bot/test_killed.py", "journeys/test_clock_set_back.py"),
            "bot/test_sender.py::test_a_repeat_says_that_it_may_be_one_and_both_copies_are_kept_in_step",
            "bot/test_sender.py::test_a_send_whose_answer_was_lost_comes_at_most_twice",
        ),
        (KILLS, MODEL),
    ),
    Row(
        "P3",
        "A press counts exactly once",
        (
            *("workflow/test_concurrent_presses.py", "bot/test_store_trouble.py"),
            "bot/test_presses.py::test_the_same_update_twice_is_applied_once",
            "bot/test_presses.py::test_of_many_presses_one_wins_and_the_others_are_told",
            "bot/test_intake.py::test_a_crash_in_the_middle_of_a_handler_loses_and_doubles_nothing",
        ),
        ("A press counts once", MODEL, HELD),
    ),
    Row(
        "P4",
        "A reply is posted to a site at most once",
        ("collect/test_publish.py", "collect/test_official_apis.py"),
        ("A reply is posted at most once", MODEL),
    ),
    Row(
        "P5",
        "Every deadline that passes is escalated, also when the bot was down",
        ("workflow/test_sweep.py", "core/test_deadlines.py", "journeys/test_clock_set_back.py"),
        (PASSED,),
    ),
    Row(
        "P6",
        "Nothing fails silently",
        (
            *("collect/test_target_health.py", "workflow/test_daily_troubles.py"),
            "cli/test_poll.py::test_doctor_lists_what_was_set_aside",
            "bot/test_commands.py::test_health",
        ),
    ),
    Row(
        "1",
        "What others send is read in processes of their own, with limits; patterns are linear",
        ("collect/test_parsing.py", "sources/test_linear.py", "test_registry.py"),
        ("A damaged answer",),
    ),
    Row(
        "2",
        "One ticket, review or message that raises stops no other",
        (
            "workflow/test_sweep.py::test_a_ticket_that_raises_is_told_once_and_the_others_go_on",
            "workflow/test_digests.py::test_a_digest_that_raises_is_told_and_the_others_go",
            "bot/test_sender.py::test_a_poisoned_message_is_set_aside_and_told",
            "config/test_durations.py::test_a_date_nothing_can_be_added_to_is_refused",
            "collect/test_bad_sources.py::test_a_review_that_raises_holds_up_no_other",
            "collect/test_collector.py::test_one_that_raises_when_it_goes_keeps_no_other",
        ),
    ),
    Row("3", "No pattern of the operator's takes long", ("config/test_expressions.py",)),
    Row(
        "4",
        "Numbers and depths beyond measure are refused or parked, and intake goes on",
        (
            "bot/test_intake.py::test_json_beyond_measure_hides_no_other_update",
            "bot/test_intake.py::test_nonsense_from_telegram_is_survived",
            "bot/test_intake.py::test_a_malformed_update_does_not_block_the_others",
            "cli/test_run_signals.py::test_a_file_that_cannot_be_taken_changes_nothing",
        ),
        ("A broken file",),
    ),
    Row(
        "5",
        "Bombs are refused, and of large tables the rest is read",
        (
            "sources/test_table.py::test_huge_files_are_read_to_a_bound_and_that_is_said",
            "sources/test_table.py::test_bombs_and_entities_in_a_workbook_are_refused",
            "sources/test_table.py::test_a_cell_beyond_the_librarys_own_limit_hides_no_row",
            "collect/test_importer.py::test_a_damaged_page_is_read_or_refused",
        ),
    ),
    Row(
        "6",
        "A clock set back or forward stops nothing and doubles nothing",
        (
            *("journeys/test_clock_set_back.py", "core/test_pacing.py"),
            "workflow/test_sweep.py::test_a_clock_set_back_doubles_nothing",
            "collect/test_fetch.py::test_a_clock_set_back_does_not_stop_a_host_for_an_hour",
            "test_ticks.py::test_who_keeps_time_is_told_that_the_wall_was_set_back_until_it_is_done",
        ),
        (BACK,),
    ),
    Row(
        "7",
        "What appears above known ground is new, whatever its date",
        (
            "core/test_changes.py::test_what_stands_above_known_ground_was_not_there_before",
            "core/test_changes.py::test_above_known_ground_no_date_makes_it_history",
            "journeys/test_first_day.py::test_what_the_site_had_not_shown_is_found_late_with_an_ordinary_deadline",
            "collect/test_collector.py::test_a_review_written_before_and_shown_after_first_contact_is_alerted",
            "collect/test_collector.py::test_a_page_of_old_ones_at_once_is_one_list",
        ),
    ),
    Row(
        "8",
        "A message its chat refuses goes to the next, then daily; an outage is no refusal",
        (
            "bot/test_sender.py::test_a_link_telegram_refuses_is_left_out",
            "bot/test_sender.py::test_an_alert_its_chat_refuses_goes_to_the_next",
            "bot/test_sender.py::test_a_chat_that_refuses_for_a_while_loses_nothing",
            "bot/test_sender.py::test_an_outage_counts_for_nothing",
            "bot/test_store_trouble.py::test_a_card_waits_for_the_database_and_comes_once",
            "bot/test_sender.py::test_what_no_chat_takes_is_tried_daily_and_by_hand",
            "cli/test_poll.py::test_doctor_sends_again_what_was_set_aside",
            *("workflow/test_daily_troubles.py", "words/test_limits.py"),
        ),
        ("Any text makes a card",),
    ),
    Row(
        "9",
        "A group that moved and then died swallows nothing",
        ("workflow/test_chats.py", "bot/test_sender.py::test_a_group_that_became_a_supergroup"),
    ),
    Row(
        "10",
        "A text typed into a prompt is heard, or told that it was not",
        ("bot/test_prompts.py",),
    ),
    Row(
        "11",
        "A repeat after a crash says that it may be one; a yes that cannot be read is a yes",
        (
            "bot/test_sender.py::test_a_repeat_says_that_it_may_be_one_and_both_copies_are_kept_in_step",
            "bot/test_sender.py::test_the_earlier_copy_is_kept_in_step_though_nobody_presses_it",
            "bot/test_sender.py::test_the_earlier_copy_is_found_far_above",
            "bot/test_presses.py::test_a_copy_nobody_wrote_down_is_kept_in_step_once_pressed",
            "bot/test_sender.py::test_a_yes_that_cannot_be_read_is_a_yes",
            "bot/test_sender.py::test_a_yes_without_a_number_is_a_message_that_may_have_arrived",
        ),
        (KILLS,),
    ),
    Row(
        "12",
        "Every breach is told by number; waits of years and floods of strangers are bounded",
        (
            "workflow/test_sweep.py::test_every_breach_is_told_by_number",
            "bot/test_sender.py::test_a_wait_of_years_is_asked_about_within_the_hour",
            "bot/test_intake.py::test_a_wait_of_years_that_telegram_names_to_the_intake_is_bounded_and_told",
            "bot/test_intake.py::test_a_flood_of_strangers_holds_up_no_press_of_ours",
            "bot/test_intake.py::test_one_stranger_is_worked_a_little_and_ours_always",
        ),
        ("4,000 messages of strangers", PASSED),
    ),
    Row(
        "13",
        "A busy database or a full disk is waited for; signals are obeyed from the first line on",
        (
            *("cli/test_run_signals.py", "bot/test_store_trouble.py"),
            "collect/test_store_trouble.py",
        ),
        ("SIGTERM at any moment", HELD),
    ),
    Row(
        "14",
        "One bot per database by whatever name; one token in two places is told",
        (
            "cli/test_run_signals.py::test_a_second_bot_by_another_name_says_who_has_the_database",
            "cli/test_run_signals.py::test_the_lock_is_free_at_once_after_a_kill",
            "cli/test_run_signals.py::test_one_token_with_two_databases_is_told",
            "cli/test_running_bot.py::test_a_bot_on_a_file_that_is_named_by_a_url_is_seen",
        ),
    ),
    Row(
        "15",
        "Twenty hanging hosts delay a good one at most twofold",
        (
            "test_dispatcher.py::test_hosts_that_hang_leave_the_readers_to_the_others",
            "test_dispatcher.py::test_hosts_that_hang_do_not_hide_those_due_after_them",
        ),
        ("20 hanging hosts",),
    ),
    Row(
        "16",
        "A chat is shown its own places, whoever asks",
        (
            "bot/test_commands.py::test_a_group_is_shown_its_own_places_whoever_asks",
            "bot/test_commands.py::test_health_is_of_the_places_one_is_shown",
            "bot/test_commands.py::test_a_review_of_anothers_place",
            "bot/test_presses.py::test_a_list_is_worked_through_and_nothing_else",
            "bot/test_presses.py::test_a_forwarded_button_counts_nowhere_else",
        ),
    ),
    Row(
        "17",
        "No secret that a site quotes back is kept, shown or logged",
        (
            *("core/test_redaction.py", "collect/test_auth.py"),
            "collect/test_target_health.py::test_a_secret_that_the_site_quotes_back_is_in_no_cause",
            "config/test_load.py::test_passwords_in_addresses_are_secrets_too",
            "cli/test_run.py::test_a_trace_holds_no_secret_either",
        ),
    ),
    Row(
        "18",
        "What holds people's words is for its owner alone; nothing of a page reaches the terminal",
        (
            "cli/test_run_signals.py::test_what_holds_peoples_words_is_for_its_owner_alone",
            "config/test_load.py::test_another_address_is_asked_in_place_of_the_site",
            "cli/test_poll.py::test_check_and_doctor_tell_what_others_may_read",
            "cli/test_poll.py::test_a_kept_page_does_not_steer_the_terminal",
            "cli/test_app.py::test_a_file_that_is_no_database",
            "store/test_retention.py::test_an_update_nobody_handled_stays_however_old",
            "workflow/test_daily_troubles.py",
            "cli/test_poll.py::test_a_damaged_database_is_restored_from_a_backup",
            "collect/test_fetch.py::test_addresses_that_are_not_of_the_public_internet",
        ),
    ),
)


async def measure(_folder: Path, _seeds: int) -> list[Figures]:
    """Run the tests of every row, in one process of their own."""
    named = sorted({test for row in ROWS for test in row.tests})
    outcomes = await outcomes_of(named)
    return [Figures(row.promise, told(row), list(_cases(row, outcomes))) for row in ROWS]


async def outcomes_of(tests: Sequence[str]) -> dict[str, Case]:
    """Return a case per test that ran, by its name below tests/."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "reliability.tried_by_tests", *(f"tests/{test}" for test in tests)),
        cwd=ROOT,
        env=os.environ,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await child.communicate()
    # A run that broke off says nothing of its tests: each row tells that none of its own ran.
    lines = map(
        json.loads, said.decode().strip().splitlines()[-1:] if not child.returncode else []
    )
    return {
        name.removeprefix("tests/"): Case(name, seconds=seconds, problem=problem)
        for found in lines
        for name, (seconds, problem) in found.items()
    }


def told(row: Row) -> str:
    """Name what tries a row, for the table."""
    files = sorted({test.partition("::")[0] for test in row.tests})
    return f"by tests/{', '.join(files)}"


def _cases(row: Row, outcomes: dict[str, Case]) -> Iterable[Case]:
    for test in row.tests:
        found = [case for name, case in outcomes.items() if _is_of(name, test)]
        yield from found or [Case(test, problem="no such test ran")]


def _is_of(name: str, test: str) -> bool:
    return name == test or name.startswith((f"{test}::", f"{test}["))


def add_measured(figures: Sequence[Figures]) -> None:
    """Count what the other measures of this run tried to the rows that they are named in."""
    rows = {row.promise: row for row in ROWS}
    others = [each for each in figures if each.promise not in rows]
    for each in figures:
        row = rows.get(each.promise)
        for other in others if row else ():
            if row and other.promise.startswith(row.measures or ("\0",)):
                each.cases += other.cases
                each.what += f"; {other.promise.split(' (')[0].lower()}"

"""Nominal times of cron expressions, by walking every minute of a year in a zone.

Reads {"expressions": [...], "years": [[zone, year], ...]} and prints, for each zone and year, the
list of moments (seconds since 1970) of each expression. It shares nothing with the program that it
checks: offsets are those of zoneinfo, and fields are matched one minute at a time.

The rule. An hour field that begins with * follows the clock: each minute that the clock shows is a
run when it matches, also when it is shown twice. Any other hour field names times of day: the
second showing of a minute is no run; and when the clock jumps over minutes, by less than 20 hours,
and one of them matches, the moment of the jump is a run.
"""

import json
import sys
from calendar import monthrange
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY_LEFT_OUT = timedelta(hours=20)


def values(field, low, high):
    """The numbers that a field names; letters in it are left to the caller."""
    found = set()
    for part in field.split(","):
        part, _, step = part.partition("/")
        if part == "*":
            first, last = low, high
        else:
            first, _, last = part.partition("-")
            first, last = int(first), int(last or first)
        found.update(range(first, last + 1, int(step or 1)))
    return found


class Expression:
    def __init__(self, text):
        fields = text.split()
        if len(fields) == 5:
            fields = ["0"] + fields
        second, minute, hour, day, month, weekday = fields
        self.seconds = sorted(values(second, 0, 59))
        self.minutes = values(minute, 0, 59)
        self.hours = values(hour, 0, 23)
        self.days = set() if day == "L" else values(day, 1, 31)
        self.last_day = day == "L"
        self.months = values(month, 1, 12)
        nth = weekday.split("#")
        self.weekdays = {number % 7 for number in values(nth[0], 0, 7)}
        self.nth = int(nth[1]) if len(nth) == 2 else None
        self.any_day = day == "*"
        self.any_weekday = weekday == "*"
        self.follows_clock = hour.startswith("*")
        self.known_days = {}

    def matches_day(self, date):
        known = self.known_days.get(date)
        if known is None:
            known = self.known_days[date] = self.find_day(date)
        return known

    def find_day(self, date):
        if date.month not in self.months:
            return False
        end = monthrange(date.year, date.month)[1]
        by_day = date.day in self.days or (self.last_day and date.day == end)
        by_weekday = date.isoweekday() % 7 in self.weekdays
        if self.nth is not None:
            by_weekday = by_weekday and (date.day - 1) // 7 + 1 == self.nth
        if self.any_weekday:
            return by_day
        if self.any_day:
            return by_weekday
        return by_day or by_weekday

    def matches(self, wall):
        return (
            wall.minute in self.minutes
            and wall.hour in self.hours
            and self.matches_day(wall.date())
        )


def by_time_of_day(expressions):
    """For each hour and minute, the places of the expressions that name them: most name few."""
    return [
        [
            [
                place
                for place, expression in enumerate(expressions)
                if minute in expression.minutes and hour in expression.hours
            ]
            for minute in range(60)
        ]
        for hour in range(24)
    ]


def left_out(expected, shown):
    """The minutes that the clock has jumped over."""
    if shown - expected >= DAY_LEFT_OUT:
        return []
    minutes = []
    while expected < shown:
        minutes.append(expected)
        expected += MINUTE
    return minutes


def moments_of_year(zone, year, expressions):
    here = ZoneInfo(zone)
    runs = [set() for _ in expressions]
    named = by_time_of_day(expressions)
    epoch, end = (
        int(datetime(each, 1, 1, tzinfo=timezone.utc).timestamp()) for each in (year, year + 1)
    )
    expected = None
    while epoch < end:
        wall = datetime.fromtimestamp(epoch, here)
        shown = wall.replace(tzinfo=None, fold=0)
        for place in named[wall.hour][wall.minute]:
            expression = expressions[place]
            if expression.matches_day(wall.date()) and (expression.follows_clock or not wall.fold):
                runs[place].update(epoch + second for second in expression.seconds)
        if expected is not None and expected != shown:
            for minute in left_out(expected, shown):
                for expression, found in zip(expressions, runs):
                    if not expression.follows_clock and expression.matches(minute):
                        found.add(epoch)
        expected = shown + MINUTE
        epoch += 60
    return [sorted(found) for found in runs]


def main():
    wish = json.load(sys.stdin)
    expressions = [Expression(text) for text in wish["expressions"]]
    print(json.dumps([moments_of_year(zone, year, expressions) for zone, year in wish["years"]]))


main()

export const CREATE_USAGE = `create [-ext E] [-dir D] [-seq] [-digits N] [-format F] [-tz Z] NAME
               Make an empty pair of up and down files in directory D, with extension E.
               They are numbered by the time, or with -seq by the next number of N digits (6).
               F is unix or unixNano instead of YYYYMMDDhhmmss; Z the time zone of the latter (UTC).`;
export const GOTO_USAGE = 'goto V       Migrate up or down to version V';
export const UP_USAGE = 'up [N]       Apply all or N up migrations';
export const DOWN_USAGE = `down [N] [-all]
               Apply N down migrations; all of them with -all, or after asking`;
export const DROP_USAGE = 'drop [-f]    Drop every table of the schema; -f does not ask';
export const FORCE_USAGE = `force V      Set version V, run nothing, end the dirty state; -1 means none`;

export const USAGE = `Usage: migrate OPTIONS COMMAND [arg...]
       migrate [ -version | -help ]

Options:
  -source URL      Where the migrations are: file://path
  -path PATH       Short for -source file://PATH
  -database URL    postgres:// or postgresql://; without it DATABASE_URL is used, in which
                   POSTGRES_PASSWORD, if set, replaces the password
  -prefetch N      Accepted for compatibility; files are read when they are run
  -lock-timeout N  Wait N seconds at most for another migrator (default: until it is done)
  -verbose         Print what happens, with the time
  -version         Print the version of this program
  -help            Print this

Commands:
  ${[CREATE_USAGE, GOTO_USAGE, UP_USAGE, DOWN_USAGE, DROP_USAGE, FORCE_USAGE].join('\n  ')}
  version      Print the version of the database

The URL's parameters x-migrations-table, x-migrations-table-quoted, x-statement-timeout and
x-multi-statement mean what they mean to golang-migrate, with which this program is compatible.`;

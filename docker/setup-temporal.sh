#!/bin/sh
# Makes Temporal's two databases and brings their schemas up to date. Run at every start: what is done is left alone.
set -eu

prepare() {
  database="$1"
  store="$2"
  tool() { temporal-sql-tool --plugin postgres12 --endpoint postgres --port 5432 --user failsafe --database "$database" "$@"; }
  tool create-database
  # Laying out the version table once more would fail, and an update then finds what there is.
  tool update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$store/versioned" 2>/dev/null && return 0
  tool setup-schema --version 0.0
  tool update-schema --schema-dir "/etc/temporal/schema/postgresql/v12/$store/versioned"
}

prepare temporal temporal
prepare temporal_visibility visibility

#!/usr/bin/env bash
# How time, memory and disk grow with the number of applications: ringer synth, import, open and evaluate for each size.
#
#   benches/scaling.sh [SIZE ...]          default: 10000 100000 1000000 3000000
#
# Prints a table as Markdown and the exponent p of wall time = c * size^p, fitted by least squares to the logarithms: 1 is
# linear. What evaluate says of each size is kept with the logs of every step in the folder that the last line names.
#
#   RINGER=path    the program, default target/release/ringer, built when it is not there
#   SEED=n         of the synthetic applications, default 11
#   DIR=path       where the files go, about 2 GB a million; default a folder of mktemp, in TMPDIR
#   KEEP=1         keeps the stores and the synthetic files
#
# Needs GNU time as /usr/bin/time. Compare runs of one machine only, and CPU seconds before wall.
set -euo pipefail
export LC_ALL=C

sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(10000 100000 1000000 3000000)
for n in "${sizes[@]}"; do
    [[ $n =~ ^[1-9][0-9]*$ ]] || { echo "a size is a number of applications, not \"$n\"" >&2; exit 2; }
done
if ! /usr/bin/time -v true 2>/dev/null; then
    echo "GNU time is needed as /usr/bin/time (Debian: apt-get install time)" >&2
    exit 2
fi

root=$(cd "$(dirname "$0")/.." && pwd)
if [ -z "${RINGER:-}" ]; then
    RINGER=$root/target/release/ringer
    [ -x "$RINGER" ] || (cd "$root" && cargo build --release --locked)
fi
dir=${DIR:-$(mktemp -d -t ringer-scaling-XXXXXX)}
mkdir -p "$dir"

# measured NAME COMMAND...: runs it, and keeps its output as NAME.out and what GNU time says of it as NAME.time.
measured() {
    local name=$1
    shift
    if ! /usr/bin/time -v -o "$dir/$name.time" "$@" >"$dir/$name.out" 2>"$dir/$name.err"; then
        echo "$name failed: $*" >&2
        tail -5 "$dir/$name.err" >&2
        exit 1
    fi
}

# figures NAME: wall seconds, CPU seconds and peak MiB of a step.
figures() {
    awk -F': ' '
        /Elapsed \(wall clock\)/ { parts = split($NF, t, ":"); for (i = 1; i <= parts; i++) wall = wall * 60 + t[i] }
        /User time|System time/  { cpu += $NF }
        /Maximum resident/       { peak = $NF / 1024 }
        END { printf "%.2f %.2f %.0f", wall, cpu, peak }
    ' "$dir/$1.time"
}

points=$dir/points
: >"$points"
echo "| applications | step | wall s | CPU s | peak MiB | per second | bytes on disk |"
echo "|---:|---|---:|---:|---:|---:|---:|"
for n in "${sizes[@]}"; do
    made=$dir/$n
    store=$made/store
    rm -rf "$made"
    measured "$n-synth" "$RINGER" synth "$n" --seed "${SEED:-11}" --out "$made"
    measured "$n-import" "$RINGER" --data "$store" import "$made/applications.csv"
    # Opening a store that is there, and printing who is in which ring.
    measured "$n-open" "$RINGER" --data "$store" members --format csv
    measured "$n-evaluate" "$RINGER" --data "$store" evaluate --truth "$made/truth.csv"
    for step in synth import open evaluate; do
        read -r wall cpu peak <<<"$(figures "$n-$step")"
        bytes=
        [ "$step" != synth ] || bytes=$(wc -c <"$made/applications.csv")
        [ "$step" != import ] || bytes=$(du -sb "$store" | cut -f1)
        awk -v n="$n" -v step="$step" -v wall="$wall" -v cpu="$cpu" -v peak="$peak" -v bytes="$bytes" 'BEGIN {
            printf "| %d | %s | %.2f | %.2f | %d | %.0f | %s |\n", n, step, wall, cpu, peak, n / (wall > 0 ? wall : 0.01), bytes
        }'
        echo "$step $n $wall" >>"$points"
    done
    [ -n "${KEEP:-}" ] || rm -rf "$made"
done

echo
awk '
    $3 > 0 { x = log($2); y = log($3); k[$1]++; sx[$1] += x; sy[$1] += y; sxx[$1] += x * x; sxy[$1] += x * y }
    END {
        split("import open evaluate", steps, " ")
        for (i = 1; i in steps; i++) {
            s = steps[i]
            spread = k[s] * sxx[s] - sx[s] * sx[s]
            if (k[s] > 1 && spread > 0)
                printf "wall time of %s grows as size^%.2f\n", s, (k[s] * sxy[s] - sx[s] * sy[s]) / spread
        }
    }
' "$points"
echo "logs and evaluations: $dir"

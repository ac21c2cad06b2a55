# Sourced: answers --help before anything is installed or built, with the comment at the head of the calling program.

answer_help() {
    case " $* " in *' --help '* | *' -h '*) ;; *) return 0 ;; esac
    sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
    exit 0
}

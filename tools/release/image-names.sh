#!/bin/sh
# Prints the image's name and tags as outputs of a workflow's step, from GITHUB_REPOSITORY, GITHUB_REF_NAME, FOR and
# POSTGRES; `first` is the tag that no other image has. The short tags are for Postgres 17, the Dockerfile's default, and
# a pre-release never becomes `latest`, or `wrappers` for the image on Wrappers.
set -eu

version=${GITHUB_REF_NAME#v}
# A registry knows no capitals.
name=ghcr.io/$(printf %s "$GITHUB_REPOSITORY" | tr '[:upper:]' '[:lower:]')
case $FOR in
  own) of='' newest=latest ;;
  wrappers) of=-wrappers newest=wrappers ;;
  *) echo "FOR is own or wrappers, not $FOR" >&2; exit 2 ;;
esac
first=$name:$version$of-pg$POSTGRES
tags=$first
if [ "$POSTGRES" = 17 ]; then
  tags=$tags,$name:$version$of
  case $version in
    *-*) ;;
    *) tags=$tags,$name:$newest ;;
  esac
fi
echo "name=$name"
echo "first=$first"
echo "tags=$tags"

#!/bin/sh
# Prints the image's name and tags as outputs of a workflow's step, from GITHUB_REPOSITORY, GITHUB_REF_NAME and
# POSTGRES. The short tags are for Postgres 17, the Dockerfile's default, and a pre-release never becomes `latest`.
set -eu

version=${GITHUB_REF_NAME#v}
# A registry knows no capitals.
name=ghcr.io/$(printf %s "$GITHUB_REPOSITORY" | tr '[:upper:]' '[:lower:]')
tags=$name:$version-pg$POSTGRES
if [ "$POSTGRES" = 17 ]; then
  tags=$tags,$name:$version
  case $version in
    *-*) ;;
    *) tags=$tags,$name:latest ;;
  esac
fi
echo "name=$name"
echo "tags=$tags"

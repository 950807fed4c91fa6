#!/bin/sh
# Owns: the image's name and tags from GITHUB_REPOSITORY, GITHUB_REF_NAME and POSTGRES, as outputs of a workflow's step.
# Never: builds or pushes. Postgres 17, the Dockerfile's default, has the short tags; a pre-release is not the latest.
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

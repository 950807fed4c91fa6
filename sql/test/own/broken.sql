-- A library that cannot be loaded: Wrappers serves where it is there, and the error says both ways where it is not.
\pset format unaligned
\pset tuples_only on
\! mv "$LIBRARY" "$LIBRARY.aside" && echo broken > "$LIBRARY"
CREATE EXTENSION k8s_fdw;
CREATE EXTENSION wrappers;
SET k8s_fdw.host = own;
CREATE EXTENSION k8s_fdw;
RESET k8s_fdw.host;
CREATE EXTENSION k8s_fdw;
SELECT k8s_fdw.own_host(), to_regprocedure('k8s_fdw.handler()') IS NULL;
DROP EXTENSION k8s_fdw;

-- none at all is no reason for a warning
\! rm "$LIBRARY"
CREATE EXTENSION k8s_fdw;
SELECT k8s_fdw.own_host();
DROP EXTENSION k8s_fdw;
SET k8s_fdw.host = own;
CREATE EXTENSION k8s_fdw;
\! mv "$LIBRARY.aside" "$LIBRARY"

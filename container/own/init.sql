-- Creates the extension in one database, or brings it to the image's version. Servers and tables are left to the user.

SET client_min_messages = warning;

-- Without its library there is no host in this image, which must be an error.
SET k8s_fdw.host = own;
CREATE EXTENSION IF NOT EXISTS k8s_fdw;
-- In a volume of an older image.
SELECT installed_version <> default_version AS older FROM pg_available_extensions WHERE name = 'k8s_fdw' \gset
\if :older
ALTER EXTENSION k8s_fdw UPDATE;
\endif

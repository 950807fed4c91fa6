-- A duration as kubectl prints an age: apimachinery's HumanDuration.

CREATE OR REPLACE FUNCTION k8s_fdw.human_duration(seconds bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN seconds < -1 THEN '<invalid>'
  WHEN seconds < 0 THEN '0s'
  WHEN seconds < 120 THEN seconds || 's'
  WHEN seconds < 600 THEN seconds / 60 || 'm' || coalesce(nullif(seconds % 60, 0) || 's', '')
  WHEN seconds < 10800 THEN seconds / 60 || 'm'
  WHEN seconds < 28800 THEN seconds / 3600 || 'h' || coalesce(nullif(seconds / 60 % 60, 0) || 'm', '')
  WHEN seconds < 172800 THEN seconds / 3600 || 'h'
  WHEN seconds < 691200 THEN seconds / 86400 || 'd' || coalesce(nullif(seconds / 3600 % 24, 0) || 'h', '')
  WHEN seconds < 63072000 THEN seconds / 86400 || 'd'
  WHEN seconds < 252288000 THEN seconds / 31536000 || 'y' || coalesce(nullif(seconds / 86400 % 365, 0) || 'd', '')
  ELSE seconds / 31536000 || 'y' END;

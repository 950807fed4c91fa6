-- The signatures that AWS and Google ask for, by Postgres' own sha256() and numeric: HMAC, AWS' Signature Version 4, and
-- RSA with PKCS #1 v1.5. Like all that handles secrets they are plain expressions (see 53_token_end.sql).

CREATE OR REPLACE FUNCTION k8s_fdw.hmac_sha256(key bytea, message bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  block bytea := CASE WHEN length(key) > 64 THEN sha256(key) ELSE key END;
  inner_pad bytea;
  outer_pad bytea;
BEGIN
  block := block || decode(repeat('00', 64 - length(block)), 'hex');
  inner_pad := block;
  outer_pad := block;
  FOR i IN 0 .. 63 LOOP
    inner_pad := set_byte(inner_pad, i, get_byte(block, i) # 54);
    outer_pad := set_byte(outer_pad, i, get_byte(block, i) # 92);
  END LOOP;
  RETURN sha256(outer_pad || sha256(inner_pad || message));
END $$;

-- The signature of a canonical request, in hexadecimal. `moment` is like 20150830T123600Z.
CREATE OR REPLACE FUNCTION k8s_fdw.aws_signature(secret text, moment text, region text, service text, canonical text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  day constant text := left(moment, 8);
  key bytea := k8s_fdw.hmac_sha256(convert_to('AWS4' || secret, 'UTF8'), convert_to(day, 'UTF8'));
BEGIN
  key := k8s_fdw.hmac_sha256(key, convert_to(region, 'UTF8'));
  key := k8s_fdw.hmac_sha256(key, convert_to(service, 'UTF8'));
  key := k8s_fdw.hmac_sha256(key, 'aws4_request');
  RETURN encode(k8s_fdw.hmac_sha256(key, convert_to(concat_ws(E'\n', 'AWS4-HMAC-SHA256', moment, concat_ws('/', day, region, service, 'aws4_request'),
    encode(sha256(convert_to(canonical, 'UTF8')), 'hex')), 'UTF8')), 'hex');
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.to_number(bytes bytea) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  number numeric := 0;
  place integer := 1;
  size constant integer := length(bytes);
  first constant integer := size % 7;
BEGIN
  IF first > 0 THEN
    number := ('x' || lpad(encode(substr(bytes, 1, first), 'hex'), 14, '0'))::bit(56)::bigint;
    place := first + 1;
  END IF;
  WHILE place <= size LOOP
    number := number * 72057594037927936 + ('x' || encode(substr(bytes, place, 7), 'hex'))::bit(56)::bigint;
    place := place + 7;
  END LOOP;
  RETURN number;
END $$;

CREATE OR REPLACE FUNCTION k8s_fdw.to_bytes(number numeric, size integer) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  hex text := '';
BEGIN
  WHILE number > 0 LOOP
    hex := lpad(to_hex((number % 72057594037927936)::bigint), 14, '0') || hex;
    number := div(number, 72057594037927936);
  END LOOP;
  RETURN decode(right(repeat('0', 2 * size) || hex, 2 * size), 'hex');
END $$;

-- base ^ exponent modulo modulus, four bits of the exponent at a time.
CREATE OR REPLACE FUNCTION k8s_fdw.power(base numeric, exponent bytea, modulus numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  powers numeric[] := ARRAY[base % modulus];
  result numeric := 1;
  digits integer;
BEGIN
  FOR i IN 2 .. 15 LOOP
    powers[i] := powers[i - 1] * powers[1] % modulus;
  END LOOP;
  FOR place IN 0 .. 2 * length(exponent) - 1 LOOP
    digits := get_byte(exponent, place / 2);
    digits := CASE WHEN place % 2 = 0 THEN digits >> 4 ELSE digits & 15 END;
    IF result <> 1 THEN
      result := result * result % modulus;
      result := result * result % modulus;
      result := result * result % modulus;
      result := result * result % modulus;
    END IF;
    IF digits > 0 THEN
      result := result * powers[digits] % modulus;
    END IF;
  END LOOP;
  RETURN result;
END $$;

-- The length of what stands at a place in DER, and where its content begins.
CREATE OR REPLACE FUNCTION k8s_fdw.der_at(der bytea, place integer, OUT tag integer, OUT begins integer, OUT size integer)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  more integer;
BEGIN
  tag := get_byte(der, place);
  size := get_byte(der, place + 1);
  begins := place + 2;
  IF size > 127 THEN
    more := size & 127;
    begins := begins + more;
    size := 0;
    FOR i IN begins - more .. begins - 1 LOOP
      size := size * 256 + get_byte(der, i);
    END LOOP;
  END IF;
END $$;

-- The integers of an RSA private key (PKCS #8 or PKCS #1) in PEM: n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p. NULL if
-- it is none.
CREATE OR REPLACE FUNCTION k8s_fdw.rsa_key(pem text) RETURNS bytea[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  der bytea;
  part record;
  integers bytea[] := '{}';
  place integer;
BEGIN
  der := decode(regexp_replace(substring(pem FROM '-----BEGIN (?:RSA )?PRIVATE KEY-----(.*?)-----END '), '\s', '', 'g'), 'base64');
  IF der IS NULL THEN
    RETURN NULL;
  END IF;
  part := k8s_fdw.der_at(der, 0);
  place := part.begins;
  IF pem LIKE '%BEGIN PRIVATE KEY%' THEN
    -- A version, the algorithm, and the key itself as an octet string.
    part := k8s_fdw.der_at(der, place);
    part := k8s_fdw.der_at(der, part.begins + part.size);
    part := k8s_fdw.der_at(der, part.begins + part.size);
    part := k8s_fdw.der_at(der, part.begins);
    place := part.begins;
  END IF;
  FOR i IN 0 .. 8 LOOP
    part := k8s_fdw.der_at(der, place);
    IF part.tag <> 2 THEN
      RETURN NULL;
    END IF;
    integers[i] := substr(der, part.begins + 1, part.size);
    place := part.begins + part.size;
  END LOOP;
  RETURN integers;
EXCEPTION WHEN data_exception OR array_subscript_error THEN
  RETURN NULL;
END $$;

-- RS256: the signature of a message, which is verified before it is given away. NULL if there is no such key.
CREATE OR REPLACE FUNCTION k8s_fdw.rsa_sha256(pem text, message bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  key constant bytea[] := k8s_fdw.rsa_key(pem);
  n constant numeric := k8s_fdw.to_number(key[1]);
  p constant numeric := k8s_fdw.to_number(key[4]);
  q constant numeric := k8s_fdw.to_number(key[5]);
  size constant integer := length(ltrim(key[1], '\x00'::bytea));
  padded constant numeric := k8s_fdw.to_number(decode('0001' || repeat('ff', size - 54) || '003031300d060960864801650304020105000420', 'hex') || sha256(message));
  by_q numeric;
  signed numeric;
BEGIN
  IF key IS NULL THEN
    RETURN NULL;
  END IF;
  by_q := k8s_fdw.power(padded, key[7], q);
  signed := k8s_fdw.power(padded, key[6], p) - by_q;
  signed := by_q + q * mod(mod(signed * k8s_fdw.to_number(key[8]), p) + p, p);
  IF k8s_fdw.power(signed, key[2], n) <> padded THEN
    RETURN NULL;
  END IF;
  RETURN k8s_fdw.to_bytes(signed, size);
EXCEPTION WHEN data_exception THEN
  -- The numbers are none that a key has.
  RETURN NULL;
END $$;

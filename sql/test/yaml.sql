-- The plain YAML that is read, and the line of what is not.
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION yaml(doc text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN k8s_fdw.yaml_to_jsonb(doc)::text;
EXCEPTION WHEN fdw_error THEN RETURN SQLERRM;
END $$;
SELECT yaml(E'');
SELECT yaml(E'---\n# only a comment\n');
SELECT yaml(E'a: 1\nb: two words\nc: http://h:80/x#y\nd: it''s # comment\ne:\nf: ~\ng: true\nh: {}\ni: [] # none\nj: "1"\nk: a:b\nl: -1\nm: - \n');
SELECT yaml(E'a: 1\nb: two words\nc: http://h:80/x#y\nd: it''s # comment\ne:\nf: ~\ng: true\nh: {}\ni: [] # none\nj: "1"\nk: a:b\nl: -1\n');
SELECT yaml(E'---\r\na:\r\n  b:\r\n  - 1\r\n  - 2\r\n\r\n  c: x\r\n...\r\n');
SELECT yaml(E'a:\n- b: 1\n  c: 2\n- d\n-\n- - e\n  - f\n-   g:\n    - h\n    i: j\nk: l\n');
SELECT yaml(E'- a\n- b\n');
SELECT yaml(E'just text\n');
SELECT yaml(E'"a b": "q\\"\\\\ \\u00e9\\x41 # no" # yes\n''c''''d'': ''it''''s: # no''\n"x\\\\x41": "\\\\x41"\n');
SELECT yaml(E'a:   # comment\n  b: c\nd: # another\n- e\n');
SELECT yaml(E'hint: Install it by following\n    https://example.com/a-page\n    now\nnext: x\n- y');
SELECT yaml(E'hint: Install it by following\n    https://example.com/a-page\n    now\nnext: x\n');
SELECT yaml(E'- one\n  two\n- three\n');
SELECT yaml(E'key with space: v\n*a: b');
SELECT yaml(E'a: &x b\n');
SELECT yaml(E'a: b\nc: *x\n');
SELECT yaml(E'<<: *x\n');
SELECT yaml(E'a: !!str b\n');
SELECT yaml(E'a: |\n  text\n');
SELECT yaml(E'a: >-\n  text\n');
SELECT yaml(E'a: {b: c}\n');
SELECT yaml(E'a: [b]\n');
SELECT yaml(E'a:\n\tb: c\n');
SELECT yaml(E'a: "open\n  more"\n');
SELECT yaml(E'a: ''open\n');
SELECT yaml(E'a: "x" y\n');
SELECT yaml(E'a: "\\q"\n');
SELECT yaml(E'a: "\\ud800"\n');
SELECT yaml(E'a: "x\\0"\n');
SELECT yaml(E'a: "\x01"\n');
SELECT yaml(E'a: b: c\n');
SELECT yaml(E'a: b\n  c: d\n');
SELECT yaml(E'a:\n    b: c\n  d: e\n');
SELECT yaml(E'  a: b\nc: d\n');
SELECT yaml(E'a: b\nsecret-looking-line\n');
SELECT yaml(E'a: b\na: c\n');
SELECT yaml(E'a: b\n---\nc: d\n');
SELECT yaml(E'a: b\n...\nc: d\n');
SELECT yaml(E'%YAML 1.2\n---\na: b\n');
SELECT yaml(E'? a\n: b\n');
SELECT yaml(E'- a\nb: c\n');
SELECT yaml(E'a:\n- b\n  - c\n');
SELECT yaml(E'a: @b\n');
SELECT yaml(repeat('- ', 33) || 'a');
SELECT length(yaml(string_agg(format(E'- name: n%s\n  x:\n    y: %s\n', i, repeat('z', 100)), ''))) FROM generate_series(1, 300) AS i;
-- scalars on several lines, as PyYAML reads them
SELECT yaml(E'a: "LS0t\\\n      abc\\\n      def"\nb: c\n');
SELECT yaml(E'x:\n    hint: ''\n\n      not installed.\n\n\n      More\n\n      ''\n    y: z\n');
SELECT yaml(E'x:\n  hint: |2\n\n    not installed.\n\n    More\n  y: z\n');
SELECT yaml(E'x:\n- a: |\n    one\n      two\n\n    three\n\n\n  b: c\n- d\n');
SELECT yaml(E'- |-\n  one\n  two\n- - |\n    three\n  - b\n');
SELECT yaml(E'a: |+\n  one\n\nb: |1\n  two\nc: d # x\n');
SELECT yaml(E'a: "one\n  two\n\n  three \\\n  \\ four" # c\nb: ''it''''s\n  so'' \n');
SELECT yaml(E'a: "x \\\\\n  y"\nb: c # see: "x\nd: ''e'' # it''s: ''f\n');
SELECT yaml(E'a: |\n\nb: |');
SELECT yaml(E'a: "open\n\nb: c\n');
SELECT yaml(E'a: "open\n  more" x\n');

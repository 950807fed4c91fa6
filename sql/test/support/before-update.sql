-- Makes what a user has before an update: servers of the wrapper's own component and of another, a table, and a token
-- in Vault.

SELECT stand_in_vault();
CREATE SERVER follows FOREIGN DATA WRAPPER k8s_fdw OPTIONS (kubeconfig E'current-context: c\ncontexts:\n- name: c\n  context:\n    cluster: c\n    user: u\nclusters:\n- name: c\n  cluster:\n    server: https://one:6443\nusers:\n- name: u\n  user:\n    token: token-one\n');
CREATE SERVER elsewhere FOREIGN DATA WRAPPER k8s_fdw OPTIONS (api_url 'https://two:6443', fdw_package_url 'file:///opt/mine.wasm',
  fdw_package_name 'k8s-fdw:k8s-fdw', fdw_package_version '0.0.7');
CREATE FOREIGN TABLE pods (name text OPTIONS (alias 'metadata.name'), phase text) SERVER follows
  OPTIONS (object 'pods', columns '{"phase": "status.phase"}');
CREATE VIEW uses_a_function AS SELECT k8s_fdw.edit_distance('a', 'b');

EXPLAIN SELECT name, container FROM pods WHERE name = 'etcd-master';

SELECT name, container, labels->'component' AS component FROM pods;

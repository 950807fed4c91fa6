SELECT name, labels FROM pods;

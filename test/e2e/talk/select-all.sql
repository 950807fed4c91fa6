SELECT * FROM pods;

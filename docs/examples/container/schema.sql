CREATE TABLE IF NOT EXISTS visits (id serial PRIMARY KEY, server text NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (id serial PRIMARY KEY, kind text NOT NULL);

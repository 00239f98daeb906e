-- Serials of credential numbers; drawn from a sequence, so nobody waits for anybody.
CREATE SEQUENCE IF NOT EXISTS enterprises_credential_number MINVALUE 1;

-- What is selected keeps within its round: a meeting with minutes, a kind that the round gives, and its quota.
-- The row of the quota is locked, so that two people who record selections at one moment count each other's.
CREATE OR REPLACE FUNCTION enterprises_credential_selection() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most integer;
    taken integer;
BEGIN
    IF NEW.round_id IS NULL OR NEW.selected_on IS NULL OR NEW.state = 'not_selected' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.selected_on IS NOT NULL AND OLD.round_id = NEW.round_id AND OLD.kind_id = NEW.kind_id THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM enterprises_credentialround r WHERE r.id = NEW.round_id AND r.minutes_id IS NOT NULL
                   AND r.met_on <= NEW.selected_on) THEN
        RAISE EXCEPTION 'a selection needs the minutes of a meeting before it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_selected_by_meeting';
    END IF;
    SELECT q.quota INTO most FROM enterprises_credentialquota q
        WHERE q.round_id = NEW.round_id AND q.kind_id = NEW.kind_id FOR UPDATE;
    SELECT count(*) INTO taken FROM enterprises_credential c
        WHERE c.round_id = NEW.round_id AND c.kind_id = NEW.kind_id AND c.selected_on IS NOT NULL
          AND c.state <> 'not_selected' AND c.id <> NEW.id;
    IF most IS NULL OR taken >= most THEN
        RAISE EXCEPTION 'round % gives no more of kind %', NEW.round_id, NEW.kind_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_within_quota';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER enterprises_credential_selection BEFORE INSERT OR UPDATE ON enterprises_credential
    FOR EACH ROW EXECUTE FUNCTION enterprises_credential_selection();

-- The minutes that a selection rests on stay as they were.
CREATE OR REPLACE FUNCTION enterprises_credential_round_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.minutes_id IS DISTINCT FROM NEW.minutes_id OR OLD.met_on IS DISTINCT FROM NEW.met_on)
       AND EXISTS (SELECT FROM enterprises_credential c WHERE c.round_id = OLD.id AND c.selected_on IS NOT NULL) THEN
        RAISE EXCEPTION 'the meeting of round % has selected already', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_round_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER enterprises_credential_round_kept BEFORE UPDATE ON enterprises_credentialround
    FOR EACH ROW EXECUTE FUNCTION enterprises_credential_round_kept();

-- A predecessor is an earlier credential of the same shop and kind.
CREATE OR REPLACE FUNCTION enterprises_credential_heir() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.predecessor_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM enterprises_credential p WHERE p.id = NEW.predecessor_id
            AND p.kind_id = NEW.kind_id AND p.enterprise_id = NEW.enterprise_id AND p.named_on IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a credential renews an earlier one of the same shop and kind'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'credential_renews_its_own';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER enterprises_credential_heir BEFORE INSERT OR UPDATE OF predecessor_id, kind_id, enterprise_id
    ON enterprises_credential FOR EACH ROW EXECUTE FUNCTION enterprises_credential_heir();

"""The files of `data/extracted/`: for each its kind, the outcomes it may hold and any column of its own.

A further clinical question is a further row of `TABLES` and a further CSV, never a further mechanism.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Table:
    """One file: its kind (a model in `kinds`), the prefix of its row ids, its outcomes and what it is about."""

    kind: str
    about: str
    prefix: str = ""
    outcomes: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    located: bool = True


TABLES: dict[str, Table] = {
    "studies": Table("Study", "documents read or cited", located=False),
    "cohorts": Table("Cohort", "analysed groups", located=False),
    "incidence": Table("Proportion", "ICANS, CRS, death and resolution", "INC", {
        "any_icans": "ICANS, any grade",
        "severe_icans": "ICANS, grade 3 or higher",
        "mild_icans": "ICANS, grade 1 or 2",
        "icans_grade_2_or_higher": "ICANS, grade 2 or higher",
        "icans_grade_1": "ICANS, grade 1",
        "icans_grade_2": "ICANS, grade 2",
        "icans_grade_3": "ICANS, grade 3",
        "icans_grade_4": "ICANS, grade 4",
        "no_icans": "no ICANS",
        "severe_crs": "cytokine release syndrome of grade 3 or higher",
        "crs": "cytokine release syndrome of any grade",
        "crs_before_icans": "cytokine release syndrome before neurotoxicity",
        "delayed_neurotoxicity": "late or non-ICANS neurotoxicity",
        "death": "death, as the source defines it",
        "death_from_neurotoxicity": "death from neurotoxicity",
        "resolution": "resolution of neurotoxicity",
        "late_onset": "ICANS that begins after two weeks",
        "late_onset_crs": "cytokine release syndrome that begins after two weeks",
    }),
    "symptoms": Table("Proportion", "neurologic symptoms", "SYM", {
        "encephalopathy": "encephalopathy", "mild_encephalopathy": "mild encephalopathy",
        "aphasia": "aphasia", "global_aphasia": "global aphasia",
        "aphasia_first": "expressive aphasia as the first sign",
        "aphasia_resolved": "aphasia that resolved", "movement_symptoms": "movement-related symptoms",
        "tremor": "tremor", "tremor_resolved": "tremor that resolved", "headache": "headache",
        "headache_only": "headache as the only neurologic symptom", "focal_weakness": "focal weakness",
        "cognitive_disorder": "cognitive signs", "motor_disorder": "motor signs other than pyramidal",
        "any_symptom": "any neurologic symptom", "balance_disorder": "disorder of balance",
        "consciousness_disorder": "disorder of consciousness", "motor_deficit": "motor deficit",
        "encephalopathy_aphasia_or_tremor": "encephalopathy, aphasia or tremor in some combination",
        "fulminant_encephalopathy": "encephalopathy in full force at onset",
        "amnesia_for_symptoms": "no memory of the symptoms", "asterixis": "asterixis", "myoclonus": "myoclonus",
        "severe_cognitive_disorder": "severe cognitive signs",
        "severe_motor_disorder": "severe motor signs other than pyramidal",
    }),
    "seizure_rates": Table("Proportion", "seizures, by population", "SEI", {
        "seizure": "seizure of any kind", "seizure_with_history": "seizure in patients with earlier seizures",
        "focal_seizure": "focal seizure", "electrographic_seizure": "seizure on EEG alone",
        "clinical_seizure_only": "clinical seizure without one on EEG alone",
        "clinical_and_nonconvulsive": "clinical and nonconvulsive seizures",
        "nonconvulsive_only": "nonconvulsive seizure alone",
        "clinical_seizure": "clinical seizure, with or without others on EEG",
        "suspected_focal_onset": "generalized seizure suspected of focal onset",
    }),
    "ncse_frequencies": Table("Proportion", "status epilepticus", "NCS", {
        "ncse": "nonconvulsive status epilepticus", "convulsive_status": "generalized convulsive status epilepticus",
        "status_resolved": "status epilepticus that resolved",
    }),
    "csf_findings": Table("Proportion", "cerebrospinal fluid", "CSF", {
        "pleocytosis": "raised white cell count", "raised_protein": "raised protein",
        "positive_culture_or_cytology": "positive culture or cytology",
        "raised_il10": "raised IL-10", "raised_il6": "raised IL-6", "car_t_in_csf": "CAR T cells found",
        "lumbar_puncture_done": "lumbar puncture done",
    }, {"cut_off": "Cut-off for the finding, as printed"}),
    "imaging_eeg_findings": Table("Proportion", "imaging and EEG", "IMG", {
        "ct_done": "CT done", "ct_normal": "normal CT", "mri_done": "MRI done",
        "mri_normal": "normal or unremarkable MRI",
        "mri_abnormal": "abnormal MRI",
        "mri_t2_flair": "T2 or FLAIR hyperintensity on MRI", "mri_stroke_pattern": "pattern of stroke on MRI",
        "mri_encephalitis_pattern": "pattern of encephalitis on MRI",
        "mri_leptomeningeal": "leptomeningeal change on MRI",
        "mri_pres": "posterior reversible encephalopathy pattern on MRI",
        "mri_white_matter": "white-matter change on MRI",
        "mri_pseudoprogression": "pseudoprogression on MRI", "acute_ischemia": "acute ischemia on imaging",
        "eeg_done": "EEG done", "eeg_slowing": "slowing on EEG", "eeg_abnormal": "abnormal EEG",
        "eeg_epileptiform": "epileptiform discharges on EEG",
        "eeg_rhythmic_or_periodic": "rhythmic or periodic patterns",
        "eeg_encephalopathy": "encephalopathic pattern on EEG",
        "eeg_ictal_interictal": "pattern of the ictal-interictal continuum on EEG",
        "mri_contrast_enhancement": "contrast enhancement on MRI", "mri_resolved": "abnormal MRI that resolved",
    }),
    "complications": Table("Proportion", "edema, stroke, hemorrhage, coagulopathy", "CMP", {
        "cerebral_edema": "cerebral edema", "fatal_cerebral_edema": "fatal cerebral edema",
        "ischemic_stroke": "ischemic stroke", "intracranial_hemorrhage": "intracranial hemorrhage",
        "subarachnoid_hemorrhage": "subarachnoid hemorrhage", "dic": "disseminated intravascular coagulation",
        "thrombocytopenia_at_event": "low platelets at a vascular event", "brain_death": "brain death",
        "embolic_stroke_weakness": "focal weakness from embolic stroke", "thrombocytopenia": "low platelets",
    }),
    "onset_days": Table("Duration", "time from infusion to onset", "ONS", {
        "onset_any": "onset of ICANS of any grade", "onset_mild": "onset of mild neurotoxicity",
        "onset_severe": "onset of severe neurotoxicity", "onset_crs": "onset of CRS",
        "onset_seizure": "first seizure", "eeg_lead_time": "EEG change before clinical onset",
        "infusion_to_death": "infusion to death",
    }),
    "course_days": Table("Duration", "time from onset to peak, and duration", "DUR", {
        "onset_to_peak": "onset to the highest grade", "duration_any": "duration of neurologic symptoms",
        "duration_mild": "duration in mild neurotoxicity", "duration_severe": "duration in severe neurotoxicity",
        "first_sign_to_death": "first sign to death", "eeg_monitoring": "length of EEG monitoring",
        "follow_up": "follow-up", "survival": "overall survival", "response_duration": "duration of response",
        "steroid_duration": "length of steroid treatment", "progression_free_survival": "progression-free survival",
        "aphasia_progression": "word-finding trouble to global aphasia",
    }),
    "laboratory_values": Table("Measurement", "values in blood and CSF", "LAB", {
        "crp_peak": "C-reactive protein, peak", "crp_baseline": "C-reactive protein, baseline",
        "csf_white_cells": "CSF white cells", "csf_protein": "CSF protein", "ferritin": "ferritin",
        "il6": "interleukin-6", "platelets": "platelets",
    }, {"specimen": "Specimen: serum, CSF or blood"}),
    "predictors": Table("Association", "markers and risk factors", "PRE", {
        "any_icans": "ICANS of any grade", "severe_icans": "severe ICANS", "icans_grade_4": "grade 4 neurotoxicity",
        "icans_grade_2_or_higher": "ICANS of grade 2 or higher", "severity": "severity of neurotoxicity",
        "severe_crs": "severe CRS", "severe_crs_or_icans": "severe CRS or ICANS",
        "overall_survival": "overall survival",
        "progression_free_survival": "progression-free survival", "seizure": "seizures",
        "clinical_deterioration": "clinical deterioration", "stroke": "stroke",
        "onset": "timing of neurotoxicity", "blood_csf_barrier": "disruption of the blood-CSF barrier",
        "icans_grade_3": "grade 3 neurotoxicity", "encephalopathy": "encephalopathy",
        "systemic_inflammation": "systemic inflammation",
    }),
    "steroid_outcomes": Table("Association", "steroid exposure and what followed", "STE", {
        "overall_survival": "overall survival", "progression_free_survival": "progression-free survival",
        "car_t_efficacy": "efficacy of the CAR T cells", "cmv_reactivation": "CMV reactivation",
        "cns_progression": "CNS progression", "steroids_given": "steroids given", "any_outcome": "outcome, not named",
        "electroclinical_improvement": "electroclinical improvement", "cumulative_dose": "cumulative dose",
        "resolution": "reversal of ICANS", "duration_of_treatment": "length of treatment",
        "treatment_choice": "choice of treatment",
    }),
    "treatment_outcomes": Table("Association", "other treatments and what followed", "TRT", {
        "any_icans": "ICANS of any grade", "severe_icans": "severe ICANS", "crs": "CRS", "mortality": "mortality",
        "overall_survival": "overall survival", "progression_free_survival": "progression-free survival",
        "car_t_efficacy": "efficacy of the CAR T cells", "seizure": "seizures", "eeg_pattern": "patterns on EEG",
        "icans_treatment": "treatment of ICANS", "refractory_icans": "refractory ICANS", "safety": "safety",
        "serum_il6": "serum IL-6", "electroclinical_improvement": "electroclinical improvement",
        "treatment_given": "treatment given", "treatment_stopped": "treatment stopped for side effects",
        "severity": "severity of neurotoxicity",
    }),
    "treatment_doses": Table("Dose", "doses as a source states them", "DOS", {"dose": "dose"}),
    "context": Table("Measurement", "whatever has no other home", "CTX", {
        "complete_remission": "complete remission", "manufacture_time": "time to make the cells",
        "approved_products": "products approved", "grade_threshold": "threshold of a grade as printed",
        "score_points": "points of a score as printed", "age_threshold": "age threshold as printed",
        "admission_threshold": "grade for closer monitoring", "sample_size": "patients in a study",
        "age": "age", "sex": "sex", "diagnosis": "diagnosis", "cns_response": "response in the CNS",
        "agreement_of_scales": "agreement between grading scales", "case_count": "cases presented",
        "as_cited_range": "a range cited from other studies", "pooled_incidence": "a pooled incidence as published",
        "cause_of_death": "cause of death", "test_accuracy": "accuracy of a test", "chart_review": "source of patients",
        "criterion": "a criterion as printed", "product_name": "a product named", "platelet_count": "platelet count",
        "target_antigen": "target antigen of the product",
    }),
    "claims": Table("Claim", "statements of the review over several studies", "CLM", {
        "onset": "onset", "incidence": "incidence", "seizure": "seizures", "ncse": "NCSE", "duration": "duration",
        "symptom": "symptoms", "crs": "CRS", "steroid": "steroids", "tocilizumab": "tocilizumab", "imaging": "imaging",
        "eeg": "EEG", "csf": "CSF", "predictor": "predictors", "complication": "complications",
        "resolution": "resolution",
        "treatment": "other treatment",
    }),
    "discrepancies": Table("Discrepancy", "disagreements and the readings taken", located=False),
    "sentences_without_row": Table("SentenceWithoutRow", "figures that are not evidence", located=False),
    "appraisal": Table("Appraisal", "risk of bias", located=False),
}  # fmt: skip


def outcome_words(table: str, outcome: str, declared: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """The words for an outcome, with a capital: as `declared` (see `outcomes`) has them, else as its file does.

    An undeclared outcome is said without its underscores.
    """
    known = TABLES[table].outcomes if declared is None else declared[table]
    words = known.get(outcome, outcome.replace("_", " "))
    return words[:1].upper() + words[1:]


OUTCOME_WORDS = "outcome_words"
"""The column in which described rows carry the words for their outcome."""


def words_of(row: Mapping[str, Any]) -> str:
    """The words for a row's outcome: those it carries, which the project may have declared, else those of its file."""
    return row.get(OUTCOME_WORDS) or outcome_words(row["table"], row["outcome"])

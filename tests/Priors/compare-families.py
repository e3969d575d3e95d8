#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Networks of random weights of each family, computed by the package that they come from, exported by export_prior.py
and computed again by "tweedie info": within 1e-5 of each other. Families whose package is missing are skipped.

    TWEEDIE_BUILD=build/release compare-families.py [--fixtures FOLDER]

--fixtures writes the small models that tweedieNetworkFamilyGTest.cxx reads, instead."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = HERE.parents[1] / "wrapping" / "python" / "tools"
sys.path[:0] = [str(TOOLS), str(HERE)]
sys.dont_write_bytecode = True
try:
    import numpy
    import torch
except ImportError as error:
    print(f"compare-families: skipped: {error}; required: numpy, torch and diffusers, monai, deepinv or nvidia-physicsnemo")
    sys.exit(0)
from prior_families import FAMILIES

PROGRAM = pathlib.Path(os.environ.get("TWEEDIE_BUILD", ".")).resolve() / "applications" / "tweedie"
BOUND = 1e-5  # float32 through some thirty layers in another order of summation: 1e-6
PARTS = "guided_diffusion_parts:UNetModel"

DIFFUSERS = {"sample_size": 32, "in_channels": 1, "out_channels": 1, "block_out_channels": [16, 32, 32], "norm_num_groups": 8,
             "layers_per_block": 2, "down_block_types": ["DownBlock2D", "AttnDownBlock2D", "DownBlock2D"],
             "up_block_types": ["UpBlock2D", "AttnUpBlock2D", "UpBlock2D"]}
MONAI = {"spatial_dims": 2, "in_channels": 1, "out_channels": 1, "channels": [16, 32, 32], "norm_num_groups": 8,
         "attention_levels": [False, True, True], "num_res_blocks": [1, 2, 1], "num_head_channels": [8, 8, 16], "image_size": 32}
ADM = {"image_size": 32, "in_channels": 1, "model_channels": 32, "out_channels": 2, "num_res_blocks": 1,
       "channel_mult": [1, 2, 2], "attention_resolutions": [2, 4], "num_heads": 2, "use_scale_shift_norm": True}
FFHQ = {"image_size": 256, "in_channels": 3, "num_channels": 128, "learn_sigma": True, "num_res_blocks": 1,
        "attention_resolutions": "16", "num_heads": 4, "num_head_channels": 64, "use_scale_shift_norm": True,
        "resblock_updown": True}
SONG = {"model_type": "SongUNet", "img_resolution": 32, "in_channels": 1, "out_channels": 1, "model_channels": 16,
        "channel_mult": [1, 2, 2], "num_blocks": 2, "attn_resolutions": [16]}
NCSN = {**SONG, "embedding_type": "fourier", "channel_mult_noise": 2, "encoder_type": "residual",
        "resample_filter": [1, 3, 3, 1], "in_channels": 2, "out_channels": 2}
DHARIWAL = {**SONG, "model_type": "DhariwalUNet", "model_channels": 32, "channel_mult": [1, 2, 4]}
CASES = {
    "diffusers": ("diffusers", DIFFUSERS, ("--data-offset", "0.5", "--data-scale", "0.5")),
    "diffusers, v, cosine": ("diffusers", {**DIFFUSERS, "attention_head_dim": None, "freq_shift": 1, "flip_sin_to_cos": False,
                                           "downsample_padding": 0, "mid_block_scale_factor": 1.4142, "in_channels": 2,
                                           "out_channels": 2}, ("--prediction", "v", "--schedule", "cosine")),
    "diffusers, x0, scale and shift": (
        "diffusers", {**DIFFUSERS, "resnet_time_scale_shift": "scale_shift", "downsample_type": "resnet",
                      "upsample_type": "resnet", "time_embedding_dim": 48},
        ("--prediction", "x0", "--schedule", "scaled_linear", "--beta-start", "0.0015", "--beta-end", "0.0195")),
    "diffusers, no attention": ("diffusers", {**DIFFUSERS, "add_attention": False, "norm_eps": 1e-6}, ()),
    "adm": ("adm", ADM, ("--reference", PARTS)),
    "adm, new order, residual": ("adm", {**ADM, "use_new_attention_order": True, "resblock_updown": True, "out_channels": 1,
                                         "num_heads_upsample": 4}, ("--reference", PARTS)),
    "adm, plain": ("adm", {**ADM, "use_scale_shift_norm": False, "conv_resample": False, "num_head_channels": 16},
                   ("--reference", PARTS)),
    "adm, of FFHQ": ("adm", FFHQ, ("--schedule", "linear")),
    "monai": ("monai", MONAI, ("--beta-start", "0.0015", "--beta-end", "0.0195", "--schedule", "scaled_linear_beta")),
    "monai, residual": ("monai", {**MONAI, "resblock_updown": True, "include_fc": False, "use_combined_linear": True,
                                  "in_channels": 2, "out_channels": 2}, ("--prediction", "v")),
    "edm, DDPM++": ("edm", SONG, ("--data-scale", "0.5", "--data-offset", "0.5")),
    "edm, DDPM++, vp": ("edm", SONG, ("--prediction", "vp", "--sigma-maximum", "80")),
    "edm, NCSN++": ("edm", NCSN, ("--prediction", "ve", "--sigma-maximum", "100")),
    "edm, ADM": ("edm", DHARIWAL, ()),
}
FIXTURES = {
    "diffusers": ("diffusers", {**DIFFUSERS, "sample_size": 16, "block_out_channels": [8, 16], "norm_num_groups": 4,
                                "layers_per_block": 1, "down_block_types": DIFFUSERS["down_block_types"][:2],
                                "up_block_types": DIFFUSERS["up_block_types"][1:]},
                  ("--data-offset", "0.5", "--data-scale", "0.5")),
    "guided-diffusion": ("adm", {**ADM, "image_size": 16, "channel_mult": [1, 1], "attention_resolutions": [2],
                                 "in_channels": 2, "out_channels": 4, "resblock_updown": True}, ("--reference", PARTS)),
    "monai": ("monai", {**MONAI, "image_size": 16, "channels": [8, 16], "norm_num_groups": 4, "num_res_blocks": 1,
                        "attention_levels": [False, True], "num_head_channels": 8}, ("--prediction", "v")),
    "edm": ("edm", {**NCSN, "img_resolution": 16, "model_channels": 8, "channel_mult": [1, 2], "num_blocks": 1,
                    "attn_resolutions": [8]}, ("--data-scale", "0.5")),
}


def randomise(network, signs):
    """Weights that make every layer count, those that are zero at first too; signs: of two values each, which compress."""
    generator = torch.Generator().manual_seed(7)
    for name, weight in list(network.named_parameters()) + [(n, b) for n, b in network.named_buffers() if "freqs" in n]:
        noise = torch.randn(weight.shape, generator=generator)
        noise = noise.sign() if signs else noise
        is_gain = weight.dim() == 1 and name.endswith("weight")
        scale = (weight[0].numel())**-0.5 if weight.dim() > 1 else 0.125
        weight.data = (1.0 if is_gain else 0.0) + scale * noise


def make(name, folder, output, signs=False, more=()):
    """Exports a random network of a case."""
    family_name, config, options = {**CASES, **FIXTURES}[name] if not signs else FIXTURES[name]
    family = FAMILIES[family_name]
    if PARTS in options:
        import guided_diffusion_parts
        network = guided_diffusion_parts.UNetModel(**config)
    else:
        network = family.build(config)
    randomise(network, signs)
    weights = {n: v for n, v in network.state_dict().items()}
    torch.save({"ema": weights, "model": {n: 0 * v for n, v in weights.items()}}, folder / "network.pt")
    (folder / "config.json").write_text(json.dumps(config))
    command = [sys.executable, TOOLS / "export_prior.py", folder / "network.pt", "--family", family_name, "--config",
               folder / "config.json", "--output", output, "--overwrite", "--name", name, "--licence", "Apache-2.0", *options,
               *more]
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "PYTHONPATH": str(HERE), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"})


def compare(name, folder):
    model = folder / "model.safetensors"
    try:
        make(name, folder, model)
    except ImportError as error:
        print(f"compare-families: {name}: skipped: {error}; required: {FAMILIES[CASES[name][0]].package}")
        return True
    text = subprocess.run([PROGRAM, "info", model], capture_output=True, text=True,
                          env={**os.environ, "OMP_NUM_THREADS": "1"})
    errors = [float(e) for e in re.findall(r"relative error (\S+),", text.stdout)]
    worst = max(errors, default=float("nan"))
    print(f"{name}: {len(errors)} levels of noise, relative error at most {worst:.1e} (bound {BOUND:.0e})")
    if text.returncode or not worst <= BOUND:
        print(text.stdout, text.stderr)
        return False
    return True


def run_exporter(*words):
    subprocess.run([sys.executable, str(TOOLS / "export_prior.py"), *map(str, words), "--name", "n", "--licence", "none"],
                   check=True, stdout=subprocess.DEVNULL)


def read_tensors(path):
    content = pathlib.Path(path).read_bytes()
    length = int.from_bytes(content[:8], "little")
    types = {"F32": "<f4", "F64": "<f8"}
    return {name: numpy.frombuffer(content[8 + length:][slice(*entry["data_offsets"])], types[entry["dtype"]])
            .reshape(entry["shape"]) for name, entry in json.loads(content[8:8 + length]).items() if name != "__metadata__"}


def pipeline(folder):
    """A folder as diffusers saves it: its scheduler, which knows E[x0 | x] by itself, is the judge of D."""
    try:
        import diffusers
    except ImportError:
        return True
    network = diffusers.UNet2DModel(**DIFFUSERS).eval()
    randomise(network, False)
    scheduler = diffusers.DDPMScheduler(num_train_timesteps=500, beta_schedule="squaredcos_cap_v2",
                                        prediction_type="v_prediction", clip_sample=False)
    diffusers.DDPMPipeline(network, scheduler).save_pretrained(folder / "pipeline")
    run_exporter(folder / "pipeline", "--family", "diffusers", "--output", folder / "pipeline.safetensors")
    tensors = {name: torch.from_numpy(value.copy()) for name, value in read_tensors(folder / "pipeline.safetensors").items()}
    right = True
    for pair, step in ((0, 0), (-1, 499)):  # the levels of the first and the last step
        x, expected = tensors["golden.x"][[pair]], tensors["golden.denoised"][[pair]]
        seen = torch.nn.functional.pad(x, (0, -x.shape[3] % 4, 0, 0), mode="reflect")
        seen = seen * float(tensors["schedule.alphas_cumprod"][step])**0.5
        with torch.no_grad():
            found = scheduler.step(network(seen, torch.tensor([step])).sample, step, seen).pred_original_sample
        error = float((found[..., :x.shape[3]] - expected).norm() / expected.norm())
        print(f"pipeline, step {step}: relative error {error:.1e} (bound {BOUND:.0e})")
        right = right and error <= BOUND
    return right


def former_names(folder):
    """Checkpoints of earlier versions of the packages; the exporter loads them strictly."""
    renamed = {"diffusers": (("to_q.", "query."), ("to_k.", "key."), ("to_v.", "value."), ("to_out.0.", "proj_attn.")),
               "monai": ((".attn.to_", ".to_"), (".attn.out_proj.", ".proj_attn."), (".postconv.", ".conv."))}
    for family, pairs in renamed.items():
        config = {"diffusers": DIFFUSERS, "monai": {**MONAI, "num_channels": MONAI["channels"]}}[family]
        config = {k: v for k, v in config.items() if family != "monai" or k != "channels"}
        try:
            weights = FAMILIES[family].build(config).state_dict()
        except ImportError:
            continue
        for new, old in pairs:
            weights = {name.replace(new, old): value for name, value in weights.items()}
        torch.save({f"module.{name}": value for name, value in weights.items()}, folder / "former.pt")
        (folder / "former.json").write_text(json.dumps(config))
        run_exporter(folder / "former.pt", "--family", family, "--config", folder / "former.json", "--overwrite", "--output",
                     folder / "former.safetensors")
        subprocess.run([PROGRAM, "info", folder / "former.safetensors"], check=True, stdout=subprocess.DEVNULL)
        print(f"{family}: names of earlier versions are read")
    return True


REFUSED = [  # family, change of a configuration that works, change of its tensors, what is said
    ("diffusers", {"num_class_embeds": 10}, None, "num_class_embeds"),
    ("diffusers", {"down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"]}, None, "CrossAttnDownBlock2D"),
    ("diffusers", {"time_embedding_type": "fourier"}, None, "time_embedding_type"),
    ("diffusers", {"_class_name": "UNet2DConditionModel"}, None, "UNet2DModel required"),
    ("diffusers", {"some_new_option": 1}, None, "some_new_option"),
    ("diffusers", {}, lambda w: w.pop("conv_in.weight"), "conv_in.weight"),
    ("diffusers", {}, lambda w: w.update(more=torch.zeros(1)), "unexpected tensor 'more'"),
    ("diffusers", {}, lambda w: w.update({"conv_out.bias": torch.zeros(3)}), "conv_out.bias"),
    ("monai", {"spatial_dims": 3}, None, "spatial_dims"),
    ("monai", {"with_conditioning": True, "cross_attention_dim": 8}, None, "with_conditioning"),
    ("adm", {"class_cond": True}, None, "class_cond"),
    ("adm", {"dims": 3}, None, "dims"),
    ("edm", {"label_dim": 10}, None, "label_dim"),
    ("edm", {"decoder_type": "skip"}, None, "decoder_type"),
]


def refuse(folder):
    """One line each that names the fault, and no file."""
    right = True
    bases = {"diffusers": DIFFUSERS, "monai": MONAI, "adm": ADM, "edm": SONG}
    for family, change, spoil, text in REFUSED:
        weights = {"a": torch.zeros(1)}
        if spoil:
            try:
                weights = FAMILIES[family].build(bases[family]).state_dict()
            except ImportError:
                continue
            spoil(weights)
        torch.save(weights, folder / "spoiled.pt")
        (folder / "spoiled.json").write_text(json.dumps({**bases[family], **change}))
        command = [sys.executable, TOOLS / "export_prior.py", folder / "spoiled.pt", "--family", family, "--config",
                   folder / "spoiled.json", "--output", folder / "spoiled.safetensors", "--name", "n", "--licence", "none"]
        found = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        said = [line for line in found.stderr.splitlines() if line.startswith("export_prior: ")]
        if found.returncode != 1 or len(said) != 1 or text not in said[0] or (folder / "spoiled.safetensors").exists():
            print(f"{family} with {change}: exit {found.returncode}, '{found.stderr}'; one line with '{text}' required")
            right = False
    print(f"{len(REFUSED)} checkpoints and configurations that cannot be: " + ("refused" if right else "NOT all refused"))
    return right


def main(arguments):
    if arguments[:1] == ["--fixtures"]:
        with tempfile.TemporaryDirectory() as name:
            for fixture in FIXTURES:
                make(fixture, pathlib.Path(name), pathlib.Path(arguments[1]) / f"{fixture}.safetensors", True,
                     ("--half", "--golden-size", "16", "--training-data", "none: random weights",
                      "--training-data-licence", "Apache-2.0", "--held-out", "none"))
        return 0
    cases = [n for n in CASES if not arguments or any(n.startswith(a) for a in arguments)]
    with tempfile.TemporaryDirectory() as name:
        results = [compare(case, pathlib.Path(name)) for case in cases]
        return 0 if all(results + ([] if arguments else [check(pathlib.Path(name)) for check in (pipeline, former_names, refuse)])) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
